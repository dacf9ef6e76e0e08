package dev.changeover.api;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server listens. As long as there are no credentials, anyone who reaches it may upgrade proxies: so it listens
 * on loopback only, unless {@code CHANGEOVER_ALLOW_UNAUTHENTICATED=true} says that something else keeps strangers out.
 */
@Singleton
final class Listening implements BeanCreatedEventListener<HttpServerConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

    private final @Nullable String host;
    private final @Nullable Integer port;
    private final boolean anyoneMayCall;

    Listening(
            @Property(name = "changeover.host") @Nullable String host,
            @Property(name = "changeover.port") @Nullable Integer port,
            @Property(name = "changeover.allow-unauthenticated", defaultValue = "false") boolean anyoneMayCall) {
        this.host = host;
        this.port = port;
        this.anyoneMayCall = anyoneMayCall;
    }

    @Override
    public HttpServerConfiguration onCreated(BeanCreatedEvent<HttpServerConfiguration> event) {
        var configuration = event.getBean();
        if (port != null) {
            configuration.setPort(port);
        }
        if (anyoneMayCall) {
            LOG.warn("no credentials are asked for, and the server listens beyond this host: keep strangers out");
            configuration.setHost(host == null ? "0.0.0.0" : host);
            return configuration;
        }
        if (host != null && !isLoopback(host)) {
            throw new ConfigurationException(
                    ("changeover.host is %s, but this server has no credentials yet and so listens on 127.0.0.1 only."
                                    + " Set CHANGEOVER_ALLOW_UNAUTHENTICATED=true if something else keeps strangers out.")
                            .formatted(host));
        }
        LOG.info("no credentials are asked for yet: listening on 127.0.0.1 only");
        configuration.setHost(host == null ? "127.0.0.1" : host);
        return configuration;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new ConfigurationException("changeover.host is %s, which is no address".formatted(host), unknown);
        }
    }
}

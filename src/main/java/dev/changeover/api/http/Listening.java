package dev.changeover.api.http;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Where the server listens: on this host only, unless {@code CHANGEOVER_HOST} says more. */
@Singleton
final class Listening implements BeanCreatedEventListener<HttpServerConfiguration> {
    private final @Nullable String host;
    private final @Nullable Integer port;

    Listening(
            @Property(name = "changeover.host") @Nullable String host,
            @Property(name = "changeover.port") @Nullable Integer port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public HttpServerConfiguration onCreated(BeanCreatedEvent<HttpServerConfiguration> event) {
        var configuration = event.getBean();
        if (port != null) {
            configuration.setPort(port);
        }
        configuration.setHost(host == null ? "127.0.0.1" : host);
        return configuration;
    }
}

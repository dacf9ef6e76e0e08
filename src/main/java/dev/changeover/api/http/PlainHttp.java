package dev.changeover.api.http;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says so where other hosts reach the interface and nothing is encrypted: passwords and tokens can be overheard there. */
@Singleton
final class PlainHttp implements ApplicationEventListener<ServerStartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(PlainHttp.class);

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        var server = event.getSource();
        if (overhearable(server.getScheme(), server.getHost())) {
            LOG.warn(
                    "{} is reached from other hosts without TLS: passwords and tokens can be overheard on the way",
                    server.getURI());
        }
    }

    /** @param host as it was configured */
    static boolean overhearable(String scheme, String host) {
        try {
            return !scheme.equals("https") && !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return true; // it listens somewhere all the same
        }
    }
}

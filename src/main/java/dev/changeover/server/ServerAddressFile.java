package dev.changeover.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.host.PrivateFile;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Leaves {@code server.json} in the data directory, so that a command line on the same host finds the server. */
@Singleton
record ServerAddressFile(ServerSettings settings) implements ApplicationEventListener<ServerStartupEvent> {
    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        var server = event.getSource();
        var host = "0.0.0.0".equals(server.getHost()) ? "127.0.0.1" : server.getHost();
        var url = "%s://%s:%d".formatted(server.getScheme(), host, server.getPort());
        var data = settings.data();
        try {
            PrivateFile.write(data.resolve("server.json"), new JsonMapper().writeValueAsString(Map.of("url", url)));
        } catch (IOException failure) {
            throw new UncheckedIOException("the data directory %s cannot be written".formatted(data), failure);
        }
    }
}

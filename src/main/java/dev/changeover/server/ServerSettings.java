package dev.changeover.server;

import dev.changeover.temporal.TemporalConnection;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server as a process.
 *
 * @param data the directory of its files
 * @param host the name or address on which it listens
 * @param port the port there, 0 to 65535; 0 is one that is free
 * @param keyFile null for {@code secret.key} in the data directory
 * @param operatorTokenFile null for {@code operator-token} in the data directory
 * @param temporalWebUi the address of Temporal's Web UI, to which the console links; null for that of the development
 *     server, if Temporal is one, else none
 * @param logFormat of lines of the log: {@code text}, or {@code json} for programs
 * @param recover whether it leaves a token with operator rights although there are operators
 * @param newKey whether it takes the key file although the database was used with another one
 */
@ConfigurationProperties("changeover")
record ServerSettings(
        Path data,
        @Bindable(defaultValue = "127.0.0.1") String host,
        @Bindable(defaultValue = "8080") int port,
        @Nullable Path keyFile,
        @Nullable Path operatorTokenFile,
        @Nullable URI temporalWebUi,
        @Bindable(defaultValue = "text") String logFormat,
        @Bindable(defaultValue = "false") boolean recover,
        @Bindable(defaultValue = "false") boolean newKey) {

    ServerSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("CHANGEOVER_PORT is %d, and must be 0 to 65535".formatted(port));
        }
        // LogSetup, which comes before, takes any other word for text
        if (!List.of("text", "json").contains(logFormat)) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_LOG_FORMAT is %s, and must be text or json".formatted(logFormat));
        }
    }

    /** Where Temporal's Web UI shows a namespace; null where that is not known. */
    @Nullable String namespacePage(TemporalConnection connection) {
        var page = temporalWebUi == null ? connection.webUi().orElse(null) : temporalWebUi.toString();
        return page == null ? null : "%s/namespaces/%s".formatted(page.replaceAll("/+$", ""), connection.namespace());
    }

    /** The file of this name in the data directory, unless another one is configured. */
    Path file(@Nullable Path configured, String name) {
        return configured == null ? data.resolve(name) : configured;
    }
}

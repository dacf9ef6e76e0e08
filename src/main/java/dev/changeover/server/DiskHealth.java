package dev.changeover.server;

import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalMode;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * The server is ready when the disk of its data directory has room, where its database or its Temporal keep their data
 * there: both may still answer for a while when it has none.
 */
@Singleton
@Readiness
final class DiskHealth implements HealthIndicator {
    /** What a checkpoint of Temporal's database writes at once, some times over. */
    private static final long NEEDED = 16 << 20;

    private static final HealthResult UP =
            HealthResult.builder("disk", HealthStatus.UP).build();

    private final Path data;
    private final String database;
    private final TemporalConnection temporal;

    DiskHealth(
            @Property(name = "changeover.data") String data,
            @Property(name = "changeover.database.url") String database,
            TemporalConnection temporal) {
        this.data = Path.of(data);
        this.database = database;
        this.temporal = temporal;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(result());
    }

    private HealthResult result() {
        var isUsed = database.startsWith("jdbc:h2:file:") || temporal.mode() == TemporalMode.DEV_SERVER;
        if (!isUsed) return UP;
        try {
            var free = Files.getFileStore(data).getUsableSpace();
            if (free >= NEEDED) return UP;
            return down(
                    "the disk of %s, where the server's data is, has %d MB left: free at least %d MB, then it goes on by itself"
                            .formatted(data, free >> 20, NEEDED >> 20));
        } catch (IOException unknown) {
            return down("the disk of %s does not say how much room it has: %s".formatted(data, unknown));
        }
    }

    private static HealthResult down(String reason) {
        return HealthResult.builder("disk", HealthStatus.DOWN)
                .details(Map.of("reason", reason))
                .build();
    }
}

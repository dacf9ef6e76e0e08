package dev.changeover.database;

import io.micronaut.core.async.publisher.AsyncSingleResultPublisher;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;

/** The server is ready when its database takes changes: one that can only be read, or is full, is no good for it. */
@Singleton
@Readiness
final class DatabaseHealth implements HealthIndicator {
    private final Sql sql;
    private final ExecutorService waiting;

    DatabaseHealth(Sql sql, @Named(TaskExecutors.BLOCKING) ExecutorService waiting) {
        this.sql = sql;
        this.waiting = waiting;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return new AsyncSingleResultPublisher<>(waiting, this::result);
    }

    private HealthResult result() {
        try {
            sql.requireWritable();
            return HealthResult.builder("database", HealthStatus.UP).build();
        } catch (RuntimeException away) { // the pool has a failure of its own
            var reason = Sql.isFull(away) ? Sql.FULL : String.valueOf(away.getMessage());
            return HealthResult.builder("database", HealthStatus.DOWN)
                    .details(Map.of("reason", reason))
                    .build();
        }
    }
}

package dev.changeover.temporal;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/** The server is ready when Temporal is; the reason names what an operator can do. */
@Singleton
@Readiness
final class TemporalHealth implements HealthIndicator {
    private final TemporalConnection connection;

    TemporalHealth(TemporalConnection connection) {
        this.connection = connection;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        var readiness = connection.readiness();
        return Publishers.just(HealthResult.builder("temporal", readiness.ready() ? HealthStatus.UP : HealthStatus.DOWN)
                .details(Map.of("mode", connection.mode().name(), "reason", readiness.reason()))
                .build());
    }
}

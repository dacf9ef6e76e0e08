package dev.changeover.temporal;

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

/** The server is ready when Temporal is, and runs workflows; the reason names what an operator can do. */
@Singleton
@Readiness
final class TemporalHealth implements HealthIndicator {
    private final TemporalConnection connection;
    private final TemporalWorkers workers;
    private final WorkflowProbe probe;
    private final ExecutorService waiting;

    TemporalHealth(
            TemporalConnection connection,
            TemporalWorkers workers,
            WorkflowProbe probe,
            @Named(TaskExecutors.BLOCKING) ExecutorService waiting) {
        this.connection = connection;
        this.workers = workers;
        this.probe = probe;
        this.waiting = waiting;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return new AsyncSingleResultPublisher<>(waiting, this::result);
    }

    private HealthResult result() {
        var readiness = connection.readiness();
        // Before the workers run, nobody would answer.
        if (readiness.ready() && workers.running()) {
            readiness =
                    probe.problem().map(dev.changeover.temporal.Readiness::no).orElse(readiness);
        }
        return HealthResult.builder("temporal", readiness.ready() ? HealthStatus.UP : HealthStatus.DOWN)
                .details(Map.of("mode", connection.mode().name(), "reason", readiness.reason()))
                .build();
    }
}

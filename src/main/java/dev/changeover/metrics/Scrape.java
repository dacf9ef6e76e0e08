package dev.changeover.metrics;

import dev.changeover.database.Sql;
import dev.changeover.temporal.TemporalConnection;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.configuration.metrics.micrometer.prometheus.management.PrometheusEndpoint;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code /prometheus} answers: this process's meters, and the figures of the database, which are read at most every
 * five seconds, however many ask. While the database cannot be read, or takes no changes, that is all that is told of it.
 */
@Endpoint(PrometheusEndpoint.ID)
@Replaces(PrometheusEndpoint.class)
final class Scrape implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(Scrape.class);
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final PrometheusMeterRegistry registry;
    private final TemporalConnection temporal;
    private final Sql sql;
    private final Clock clock;
    private Instant readAt = Instant.MIN;
    private MetricSnapshots read = MetricSnapshots.of();

    Scrape(PrometheusMeterRegistry registry, TemporalConnection temporal, Sql sql, Clock clock) {
        this.registry = registry;
        this.temporal = temporal;
        this.sql = sql;
        this.clock = clock;
        registry.getPrometheusRegistry().register(this);
    }

    @Read(produces = "text/plain; version=0.0.4")
    @ExecuteOn(TaskExecutors.BLOCKING)
    String scrape() {
        return registry.scrape();
    }

    @Override
    public synchronized MetricSnapshots collect() {
        var now = clock.instant();
        if (readAt.plus(KEPT).isBefore(now) || readAt.isAfter(now)) {
            read = read(now);
            readAt = clock.instant();
        }
        return read;
    }

    private MetricSnapshots read(Instant now) {
        var gauges = new Gauges(sql, now);
        try {
            sql.requireWritable();
            LedgerFigures.read(gauges, now);
            return up(gauges, true);
        } catch (RuntimeException unreadable) { // the pool has a failure of its own
            LOG.warn("the database is away: {}", unreadable.getMessage());
            return up(new Gauges(sql, now), false);
        }
    }

    private MetricSnapshots up(Gauges gauges, boolean database) {
        gauges.add(
                "changeover_database_up", "1 if the database can be read and changed.", database ? 1 : 0, Labels.EMPTY);
        gauges.add("changeover_temporal_up", "1 if Temporal answers.", temporal.ready() ? 1 : 0, Labels.EMPTY);
        return gauges.snapshots();
    }
}

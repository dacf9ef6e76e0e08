package dev.changeover.temporal;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import com.uber.m3.util.Duration;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.util.HashMap;
import java.util.Map;

/** Brings the SDK's own meters into a Micrometer registry. */
final class TemporalMetrics implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Scope scope;

    TemporalMetrics(MeterRegistry registry) {
        this.scope = new RootScopeBuilder().reporter(new EvenTags(registry)).reportEvery(EVERY);
    }

    Scope scope() {
        return scope;
    }

    /** Reports what is still pending. */
    @Override
    public void close() {
        try {
            scope.close();
        } catch (ScopeCloseException failure) {
            throw new IllegalStateException("Temporal's last metrics could not be reported", failure);
        }
    }

    /**
     * Gives every meter the tag {@code update_name}. The SDK sets it on some of a meter's values only, and Prometheus
     * drops a meter whose tags are not always the same. Done on the way into the registry and not by a filter of the
     * registry, because a filter that comes after the first meter is too late.
     */
    private static final class EvenTags extends MicrometerClientStatsReporter {
        private static final String UPDATE_NAME = "update_name";
        private static final String NONE = "none";

        EvenTags(MeterRegistry registry) {
            super(registry);
        }

        @Override
        public void reportCounter(String name, Map<String, String> tags, long value) {
            super.reportCounter(name, even(tags), value);
        }

        @Override
        public void reportGauge(String name, Map<String, String> tags, double value) {
            super.reportGauge(name, even(tags), value);
        }

        @Override
        public void reportTimer(String name, Map<String, String> tags, Duration interval) {
            super.reportTimer(name, even(tags), interval);
        }

        @Override
        public void close() {
            // The SDK's reporter would close the registry, which is not ours alone.
        }

        private static Map<String, String> even(Map<String, String> tags) {
            if (tags.containsKey(UPDATE_NAME)) return tags;
            var all = new HashMap<>(tags);
            all.put(UPDATE_NAME, NONE);
            return all;
        }
    }
}

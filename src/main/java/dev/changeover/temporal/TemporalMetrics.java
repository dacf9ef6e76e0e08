package dev.changeover.temporal;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import com.uber.m3.util.Duration;
import dev.changeover.host.SmallHeap;
import io.grpc.ServiceDescriptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Brings some of the SDK's own meters into a Micrometer registry. */
final class TemporalMetrics implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Scope scope;

    TemporalMetrics(MeterRegistry registry) {
        this.scope = new RootScopeBuilder().reporter(new Chosen(registry)).reportEvery(EVERY);
    }

    Scope scope() {
        return scope;
    }

    /**
     * For a process without metrics, before it connects. The SDK counts calls by their names, and to know them it loads the
     * messages of all, 8 MiB of classes: a small process is told of no calls. Where the SDK keeps the names otherwise, it
     * takes that memory.
     */
    static void spareSmallProcess() {
        if (!SmallHeap.isSmall()) return;
        try {
            var names = WorkflowServiceGrpc.class.getDeclaredField("serviceDescriptor");
            names.setAccessible(true);
            names.set(
                    null,
                    ServiceDescriptor.newBuilder(WorkflowServiceGrpc.SERVICE_NAME)
                            .build());
        } catch (ReflectiveOperationException elsewhere) {
            LoggerFactory.getLogger(TemporalMetrics.class)
                    .debug("the names of Temporal's calls are elsewhere", elsewhere);
        }
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
     * Lets through what an operator asks about, each meter with the same few tags always: the SDK sets some on some of a
     * meter's values only, and Prometheus drops such a meter. Done on the way into the registry and not by a filter of
     * the registry, because a filter that comes after the first meter is too late.
     */
    private static final class Chosen extends MicrometerClientStatsReporter {
        private static final Map<String, List<String>> TAGS = Map.of(
                "temporal_activity_execution_failed", List.of("activity_type"),
                "temporal_activity_schedule_to_start_latency", List.of("task_queue"),
                "temporal_local_activity_execution_failed", List.of("activity_type"),
                "temporal_request_failure", List.of("operation", "status_code"),
                "temporal_worker_task_slots_available", List.of("task_queue", "worker_type"),
                "temporal_workflow_failed", List.of("workflow_type"),
                "temporal_workflow_task_execution_failed", List.of("failure_reason", "workflow_type"),
                "temporal_workflow_task_schedule_to_start_latency", List.of("task_queue"));

        private final MeterRegistry registry;

        Chosen(MeterRegistry registry) {
            super(registry);
            this.registry = registry;
        }

        @Override
        public void reportCounter(String name, Map<String, String> tags, long value) {
            if (TAGS.containsKey(name)) super.reportCounter(name, chosen(name, tags), value);
        }

        @Override
        public void reportGauge(String name, Map<String, String> tags, double value) {
            if (TAGS.containsKey(name)) super.reportGauge(name, chosen(name, tags), value);
        }

        /** The SDK's own would have seventy buckets. */
        @Override
        public void reportTimer(String name, Map<String, String> tags, Duration interval) {
            if (!TAGS.containsKey(name)) return;
            var few = Tags.empty();
            for (var tag : chosen(name, tags).entrySet()) few = few.and(tag.getKey(), tag.getValue());
            registry.timer(name, few).record(interval.getNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            // The SDK's reporter would close the registry, which is not ours alone.
        }

        private static Map<String, String> chosen(String name, Map<String, String> tags) {
            return TAGS.getOrDefault(name, List.of()).stream()
                    .collect(Collectors.toMap(tag -> tag, tag -> tags.getOrDefault(tag, "none")));
        }
    }
}

package dev.changeover.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.opentracingshim.OpenTracingShim;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.interceptors.WorkflowClientInterceptor;
import io.temporal.opentracing.OpenTracingClientInterceptor;
import io.temporal.opentracing.OpenTracingOptions;
import io.temporal.opentracing.OpenTracingWorkerInterceptor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Spans of one upgrade as one trace: the call, the workflow that it starts, and each step on a node. Sent by OTLP where
 * {@code OTEL_EXPORTER_OTLP_ENDPOINT} says, with all that OpenTelemetry's other variables say; without it nothing is
 * made. Histories are the same with it and without. Safe for concurrent use.
 */
public final class Tracing {
    /** Makes no spans. */
    public static final Tracing OFF = new Tracing(OpenTelemetry.noop());

    private static final List<String> ENDPOINTS =
            List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    private final OpenTelemetry telemetry;

    private Tracing(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** Spans that somebody else sends. */
    public static Tracing by(OpenTelemetry telemetry) {
        return new Tracing(telemetry);
    }

    /** @param role names the process where {@code OTEL_SERVICE_NAME} does not */
    public static Tracing of(Map<String, String> environment, String role) {
        if (ENDPOINTS.stream()
                .allMatch(name -> environment.getOrDefault(name, "").isBlank())) return OFF;
        var settings = new HashMap<>(Map.of(
                "otel.service.name",
                "changeover-" + role,
                "otel.metrics.exporter",
                "none",
                "otel.logs.exporter",
                "none"));
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_"))
                settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
        });
        return by(AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> settings)
                .build()
                .getOpenTelemetrySdk());
    }

    OpenTelemetry telemetry() {
        return telemetry;
    }

    Tracer tracer() {
        return telemetry.getTracer("changeover");
    }

    /** For the options of a Temporal client. */
    public WorkflowClientInterceptor[] ofClient() {
        return this == OFF
                ? new WorkflowClientInterceptor[0]
                : new WorkflowClientInterceptor[] {new OpenTracingClientInterceptor(options())};
    }

    /** For the options of workers: their own, and before them what makes spans. */
    public WorkerInterceptor[] ofWorkers(WorkerInterceptor... others) {
        return this == OFF
                ? others
                : Stream.concat(Stream.of(new OpenTracingWorkerInterceptor(options())), Stream.of(others))
                        .toArray(WorkerInterceptor[]::new);
    }

    private OpenTracingOptions options() {
        return OpenTracingOptions.newBuilder()
                .setTracer(OpenTracingShim.createTracerShim(telemetry))
                .build();
    }
}

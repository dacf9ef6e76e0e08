package dev.changeover.temporal;

import dev.changeover.telemetry.Tracing;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of this process to Temporal. Opening it never waits for Temporal: it is looked for in the
 * background, found again whenever it goes and comes back, and {@link #readiness} says meanwhile what is missing.
 * Thread-safe.
 */
public final class TemporalConnection implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final ModeSelection chosen;
    private final @Nullable TemporalMetrics metrics;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final ConnectionMonitor watch;
    private final Tracing tracing;

    private TemporalConnection(
            ModeSelection chosen,
            DataConverter converter,
            @Nullable MeterRegistry registry,
            Namespace.Admission admission,
            Tracing tracing) {
        this.chosen = chosen;
        this.tracing = tracing;
        var backend = chosen.backend();
        this.metrics = registry == null ? null : new TemporalMetrics(registry);
        var stubsOptions = WorkflowServiceStubsOptions.newBuilder(backend.stubsOptions());
        if (metrics != null) stubsOptions.setMetricsScope(metrics.scope());
        else TemporalMetrics.spareSmallProcess();
        this.stubs = stubs(backend.address(), stubsOptions.build());
        var clientOptions = backend.clientOptions().toBuilder()
                .setDataConverter(converter)
                .setInterceptors(tracing.ofClient())
                .build();
        this.client = WorkflowClient.newInstance(stubs, clientOptions);
        this.watch = new ConnectionMonitor(backend, stubs, client.getOptions().getNamespace(), admission);
    }

    /** Opens without metrics and without spans. */
    public static TemporalConnection open(TemporalSettings settings) {
        return open(settings, null, Namespace.Admission.ANY, Tracing.OFF);
    }

    /**
     * Chooses a mode and connects in the background.
     *
     * @param registry where Temporal's meters go; null for none
     * @param admission whether the namespace that answers may be used
     * @param tracing what makes spans of its calls, and of its workers' steps
     * @throws TemporalConfigurationException when no Temporal can ever answer as configured; never because Temporal is
     *     down
     */
    public static TemporalConnection open(
            TemporalSettings settings,
            @Nullable MeterRegistry registry,
            Namespace.Admission admission,
            Tracing tracing) {
        return open(settings, registry, admission, tracing, System.getenv());
    }

    static TemporalConnection open(
            TemporalSettings settings,
            @Nullable MeterRegistry registry,
            Namespace.Admission admission,
            Tracing tracing,
            Map<String, String> environment) {
        var converter = PayloadConversion.of(settings);
        try {
            return new TemporalConnection(
                    ModeSelection.of(settings, environment), converter, registry, admission, tracing);
        } catch (IOException failure) {
            throw new TemporalConfigurationException(
                    "The data directory " + settings.dataDirectory() + " cannot be used: " + failure);
        }
    }

    /**
     * Looks once whether Temporal answers and has the namespace, and changes nothing there.
     *
     * @param environment the variables that name it, where the settings do not
     * @throws TemporalConfigurationException when no Temporal can ever answer as configured
     */
    public static Readiness look(TemporalSettings settings, Map<String, String> environment, Duration limit) {
        PayloadConversion.of(settings);
        var external = new External(External.profile(settings, environment));
        var stubs = stubs(external.address(), external.stubsOptions());
        try {
            var namespace = WorkflowClientOptions.newBuilder(external.clientOptions())
                    .validateAndBuildWithDefaults()
                    .getNamespace();
            stubs.blockingStub()
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Readiness.yes("Temporal at %s answers, with namespace %s.".formatted(external.address(), namespace));
        } catch (StatusRuntimeException failure) {
            return Readiness.no("Temporal at %s: %s".formatted(external.address(), GrpcReason.of(failure)));
        } finally {
            stubs.shutdownNow();
        }
    }

    private static WorkflowServiceStubs stubs(String address, WorkflowServiceStubsOptions options) {
        try {
            return WorkflowServiceStubs.newServiceStubs(options);
        } catch (IllegalArgumentException wrong) {
            throw new TemporalConfigurationException(
                    "Temporal's address %s cannot be used: %s".formatted(address, wrong.getMessage()));
        }
    }

    /** Which Temporal this is: never {@link TemporalMode#AUTO}. */
    public TemporalMode mode() {
        return chosen.backend().mode();
    }

    /** One sentence for people: which Temporal, where, and why this one. */
    public String description() {
        return chosen.why();
    }

    /** Host and port, for a person or another process; words where the server is inside this process. */
    public String address() {
        return chosen.backend().address();
    }

    public String namespace() {
        return client.getOptions().getNamespace();
    }

    /** Address of the Web UI where this process knows it: only the dev server's. */
    public Optional<String> webUi() {
        return chosen.backend().webUi();
    }

    /** Stubs that connect at the first call; a call while Temporal is down waits for its deadline. */
    public WorkflowServiceStubs stubs() {
        return stubs;
    }

    public WorkflowClient client() {
        return client;
    }

    Tracing tracing() {
        return tracing;
    }

    /**
     * The client, once the namespace was admitted; waits for that at most {@code limit}.
     *
     * @throws IllegalStateException with the reason if it was not; the caller must do nothing that rests on what this
     *     Temporal knows
     */
    public WorkflowClient admittedClient(Duration limit) {
        try {
            var readiness = watch.awaitAdmitted(limit);
            if (watch.admitted() && !readiness.refused()) return client;
            throw new IllegalStateException(readiness.reason());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("this process is stopping", stopped);
        }
    }

    /** Whether Temporal answered the last time it was asked, at most some seconds ago. */
    public boolean ready() {
        return readiness().ready();
    }

    /** The same with its reason. */
    public Readiness readiness() {
        return watch.readiness();
    }

    /** Waits until Temporal is ready; what it came to within {@code limit}. */
    public Readiness awaitReady(Duration limit) throws InterruptedException {
        return watch.await(limit);
    }

    /** Waits, it may be for ever, until a Temporal answers that must not be used; gives the reason. */
    public String awaitRefusal() throws InterruptedException {
        return watch.awaitRefusal().reason();
    }

    /** Stop the workers first. Ends a dev server that this process looks after. */
    @Override
    public void close() {
        watch.close();
        stubs.shutdown();
        if (!stubs.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) stubs.shutdownNow();
        chosen.backend().close();
        if (metrics != null) metrics.close();
    }
}

package dev.changeover.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.agent.AgentWorker;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.NodeActivities;
import dev.changeover.temporal.TemporalConnection;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.temporal.failure.ApplicationFailure;
import jakarta.inject.Singleton;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingTest {
    private static final String CALLER = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void a_call_the_workflow_and_the_step_on_a_node_are_one_trace(@TempDir Path directory) {
        try (var context = ApplicationContext.run(
                        Map.of("changeover.data", directory.toString(), "test.spans", "true"), "test");
                var server = context.getBean(EmbeddedServer.class).start();
                var agent = AgentWorker.start(context.getBean(TemporalConnection.class), "node:x-1-n1", broken())) {
            var inventory = context.getBean(Inventory.class);
            inventory.register(Fleets.twoProjects());
            inventory.register(Fleets.kernels());
            var spans = context.getBean(InMemorySpanExporter.class);

            var answer = Calls.to(server)
                    .post(
                            "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                            "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW),
                            "Content-Type",
                            "application/json",
                            "traceparent",
                            "00-%s-b7ad6b7169203331-01".formatted(CALLER));

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Awaitility.await("the node's step")
                    .until(() -> named(spans, "RunActivity:NodeInspect"), Optional::isPresent);
            var call = named(spans, "POST /v3/{project_id}/instances/{instance_id}/proxy/{proxy_id}/upgrade-version");
            assertThat(call).get().satisfies(span -> {
                assertThat(span.getTraceId()).isEqualTo(CALLER);
                assertThat(span.getAttributes().asMap().toString()).contains(answer.header("X-Request-Id"));
            });
            assertThat(named(spans, "RunActivity:NodeInspect"))
                    .get()
                    .satisfies(span -> assertThat(span.getTraceId()).isEqualTo(CALLER));
            assertThat(agent.running()).isTrue();
        }
    }

    @Test
    void without_an_endpoint_there_is_nothing() {
        assertThat(Tracing.of(Map.of(), "server")).isSameAs(Tracing.OFF);
        assertThat(Tracing.OFF.ofClient()).isEmpty();
        assertThat(Tracing.OFF.ofWorkers()).isEmpty();
    }

    private static Optional<SpanData> named(InMemorySpanExporter spans, String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst();
    }

    /** An agent that can do nothing. */
    private static NodeActivities broken() {
        return (NodeActivities) Proxy.newProxyInstance(
                TracingTest.class.getClassLoader(),
                new Class<?>[] {NodeActivities.class},
                (proxy, method, arguments) -> {
                    throw ApplicationFailure.newNonRetryableFailure("broken", "BROKEN");
                });
    }

    @Factory
    @Requires(property = "test.spans")
    static final class Spans {
        @Singleton
        InMemorySpanExporter exporter() {
            return InMemorySpanExporter.create();
        }

        @Singleton
        @Replaces(Tracing.class)
        Tracing tracing(InMemorySpanExporter exporter) {
            return Tracing.by(OpenTelemetrySdk.builder()
                    .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                    .setTracerProvider(SdkTracerProvider.builder()
                            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                            .build())
                    .build());
        }
    }
}

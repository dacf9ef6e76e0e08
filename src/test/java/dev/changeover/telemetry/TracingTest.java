package dev.changeover.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.agent.AgentWorker;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.NodeActivities;
import dev.changeover.temporal.TemporalConnection;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
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

            var answer = Awaitility.await("Temporal and the workers are there")
                    .atMost(PATIENCE)
                    .until(() -> upgrade(Calls.to(server)), given -> given.status() != 503);

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            var step = Awaitility.await("the node's step")
                    .atMost(PATIENCE)
                    .until(() -> named(spans, "RunActivity:NodeInspect").findFirst(), Optional::isPresent);
            assertThat(step)
                    .get()
                    .satisfies(span -> assertThat(span.getTraceId()).isEqualTo(CALLER));
            var calls = "POST /v3/{project_id}/instances/{instance_id}/proxy/{proxy_id}/upgrade-version";
            assertThat(named(spans, calls)
                            .filter(span -> span.getAttributes().asMap().containsValue(answer.header("X-Request-Id"))))
                    .singleElement()
                    .satisfies(span -> assertThat(span.getTraceId()).isEqualTo(CALLER));
            assertThat(agent.running()).isTrue();
        }
    }

    @Test
    void spans_are_sent_where_the_variable_says() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        var collector = NettyServerBuilder.forAddress(new InetSocketAddress(Loopback.HOST, 0))
                .addService(collector(received))
                .build()
                .start();
        try {
            var endpoint = "http://127.0.0.1:" + collector.getPort();
            var tracing = Tracing.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), "server");
            tracing.tracer().spanBuilder("a call").startSpan().end();
            ((OpenTelemetrySdk) tracing.telemetry()).shutdown();

            assertThat(received.poll(3, TimeUnit.MINUTES)).contains("a call", "changeover-server");
        } finally {
            collector.shutdownNow();
        }
    }

    /** Takes what it is sent for a text, and answers nothing, which is an empty message. */
    private static ServerServiceDefinition collector(Queue<String> received) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] message) {
                return new ByteArrayInputStream(message);
            }

            @Override
            public byte[] parse(InputStream message) {
                try {
                    return message.readAllBytes();
                } catch (IOException torn) {
                    throw new UncheckedIOException(torn);
                }
            }
        };
        var export = MethodDescriptor.<byte[], byte[]>newBuilder(bytes, bytes)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
                .build();
        return ServerServiceDefinition.builder("opentelemetry.proto.collector.trace.v1.TraceService")
                .addMethod(export, ServerCalls.asyncUnaryCall((message, answer) -> {
                    received.add(new String(message, StandardCharsets.ISO_8859_1));
                    answer.onNext(new byte[0]);
                    answer.onCompleted();
                }))
                .build();
    }

    @Test
    void without_an_endpoint_there_is_nothing() {
        assertThat(Tracing.of(Map.of(), "server")).isSameAs(Tracing.OFF);
        assertThat(Tracing.OFF.ofClient()).isEmpty();
        assertThat(Tracing.OFF.ofWorkers()).isEmpty();
    }

    private static Calls.Answer upgrade(Calls call) {
        return call.post(
                "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW),
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                "one",
                "traceparent",
                "00-%s-b7ad6b7169203331-01".formatted(CALLER));
    }

    private static Stream<SpanData> named(InMemorySpanExporter spans, String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name));
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

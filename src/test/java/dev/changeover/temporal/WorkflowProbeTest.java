package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkflowProbeTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource clock = now::get;

    @Test
    void a_temporal_whose_workflows_nobody_runs_is_told_and_forgotten_30_seconds_after_that_is_mended()
            throws Exception {
        var temporal = RealTemporal.connection();
        var probe =
                new WorkflowProbe(temporal.stubs(), temporal.namespace(), "probe-nobody", Duration.ofSeconds(2), clock);

        await().atMost(LONG)
                .until(
                        probe::problem,
                        problem -> problem.filter(it -> it.contains("nothing runs them"))
                                .isPresent());

        try (var workers = TemporalWorkers.on(temporal)
                .queue("probe-nobody", WorkflowProbe.OPTIONS, WorkflowProbe::answeredBy)
                .start()) {
            await().atMost(LONG).until(workers::running);
            now.set(Instant.EPOCH.plusSeconds(30));
            assertThat(probe.problem()).isPresent();
            await().atMost(LONG).until(() -> {
                now.updateAndGet(then -> then.plusSeconds(31));
                return probe.problem().isEmpty();
            });
        }
    }

    @Test
    void a_temporal_that_starts_nothing_is_told_with_grpcs_status_and_message() throws Exception {
        var server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new WorkflowServiceGrpc.WorkflowServiceImplBase() {
                    @Override
                    public void getSystemInfo(
                            GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
                        answer.onNext(GetSystemInfoResponse.getDefaultInstance());
                        answer.onCompleted();
                    }

                    @Override
                    public void startWorkflowExecution(
                            StartWorkflowExecutionRequest request,
                            StreamObserver<StartWorkflowExecutionResponse> answer) {
                        answer.onError(Status.UNAVAILABLE
                                .withDescription("no history service")
                                .asRuntimeException());
                    }
                })
                .build()
                .start();
        var stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + server.getPort())
                .build());
        try {
            var probe = new WorkflowProbe(stubs, "default", WorkflowProbe.QUEUE, Duration.ofMinutes(1), clock);

            await().atMost(LONG).until(() -> probe.problem().isPresent());

            assertThat(probe.problem())
                    .contains(
                            "Temporal answers but runs no workflow: UNAVAILABLE, no history service; its own log and its"
                                    + " database say why");
        } finally {
            stubs.shutdownNow();
            server.shutdownNow();
        }
    }
}

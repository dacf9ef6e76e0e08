package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.node.order.OrderSigner;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.upgrade.workflow.SkippedTime;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowServiceException;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The answers to callers while Temporal, or everything that works for it, is away. */
class TemporalGoneTest {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final Scene scene = new SkippedTime();

    @AfterEach
    void close() {
        scene.close();
    }

    private TemporalUpgrades through(Supplier<WorkflowClient> client) {
        return new TemporalUpgrades(
                new TemporalCalls(client, DEADLINE, null),
                scene.inventory,
                scene.ledger,
                OrderSigner.of(new byte[32]),
                UpgradeSettings.DEFAULT,
                new NothingForced(),
                Clock.systemUTC());
    }

    @Test
    void says_within_its_deadline_that_temporal_is_gone() {
        // Port 9 of loopback: nothing listens there.
        var stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:9")
                .build());
        var upgrades = through(() -> WorkflowClient.newInstance(stubs));
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await(
                "it retires",
                progress ->
                        progress.phase() == Phase.RETIRING && scene.task(job).progress() == 100);
        var began = Instant.now();

        for (Runnable call : List.<Runnable>of(
                () -> upgrades.submit(scene.submission("key-1")),
                () -> upgrades.command(job, Command.PAUSE, null, "because", "bob"))) {
            assertThatThrownBy(call::run).isInstanceOf(Upgrades.TemporalUnavailable.class);
        }

        assertThat(Duration.between(began, Instant.now())).isLessThan(DEADLINE.multipliedBy(20));
        assertThat(upgrades.advice(Scene.PROXY).current()).isEqualTo(ScriptedNodes.NEW);
        assertThat(upgrades.view(job)).isPresent();
        stubs.shutdownNow();
    }

    @Test
    void gives_grpcs_status_and_message_as_the_reason_and_no_workflows_id() {
        var failure = new WorkflowServiceException(
                WorkflowExecution.newBuilder().setWorkflowId("upgrade:px-1:j-1").build(),
                "UpgradeWorkflow",
                new StatusRuntimeException(Status.PERMISSION_DENIED.withDescription("no role for this namespace")));
        var upgrades = through(() -> {
            throw failure;
        });

        assertThatThrownBy(() -> upgrades.submit(scene.submission(null)))
                .isInstanceOf(Upgrades.TemporalUnavailable.class)
                .hasMessage(
                        "Temporal did not give the upgrade's admission: PERMISSION_DENIED, no role for this namespace");
    }

    @Test
    void says_so_when_its_connection_cannot_be_made() {
        var upgrades = through(() -> {
            throw new Upgrades.TemporalUnavailable("not connected yet", null);
        });

        assertThatThrownBy(() -> upgrades.submit(scene.submission(null)))
                .isInstanceOf(Upgrades.TemporalUnavailable.class)
                .hasMessage("not connected yet");
    }

    /** A campaign's key is its member's, whatever time that has by then. */
    @Test
    void asks_for_what_is_wanted_by_then_and_not_for_what_was_while_it_was_away() {
        var atOnce = scene.submission("key-1");
        assertThatThrownBy(() -> away().submit(atOnce)).isInstanceOf(Upgrades.TemporalUnavailable.class);
        var opening = scene.windowOpensLater().next(scene.clock.instant());

        var admission = scene.upgrades.submit(new Submission(
                atOnce.projectId(),
                atOnce.instanceId(),
                atOnce.proxyId(),
                atOnce.source(),
                atOnce.target(),
                true,
                atOnce.key(),
                atOnce.fingerprint(),
                atOnce.requester(),
                false,
                opening));

        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        var job = scene.ledger.all().getFirst().jobId();
        assertThat(scene.task(job).plannedStart()).isEqualTo(opening.opens());
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isAfterOrEqualTo(opening.opens());
    }

    @Test
    void a_pause_and_another_time_that_it_never_heard_hold_nothing_up() {
        var opens = scene.windowOpensLater().next(scene.clock.instant()).opens();
        var job = scene.upgrades
                .submit(new Submission(
                        Scene.PROJECT,
                        scene.proxy().instanceId(),
                        Scene.PROXY,
                        ScriptedNodes.OLD,
                        ScriptedNodes.NEW,
                        true,
                        null,
                        "body",
                        "alice",
                        false,
                        null))
                .jobId();
        scene.await("it waits", progress -> progress.phase() == Phase.WAITING);
        for (Runnable call : List.<Runnable>of(
                () -> away().command(job, Command.PAUSE, null, "because", "bob"),
                () -> away().reschedule(job, opens.plus(Duration.ofDays(1)), "because", "bob"))) {
            assertThatThrownBy(call::run).isInstanceOf(Upgrades.TemporalUnavailable.class);
        }

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "BEGUN")).isBetween(opens, opens.plusSeconds(10));
        assertThat(scene.kinds(job)).doesNotContain("HELD");
    }

    /** Temporal cannot be reached. */
    private TemporalUpgrades away() {
        return new TemporalUpgrades(
                new TemporalCalls(
                        () -> {
                            throw new Upgrades.TemporalUnavailable("not connected yet", null);
                        },
                        DEADLINE,
                        null),
                scene.inventory,
                scene.ledger,
                OrderSigner.of(new byte[32]),
                UpgradeSettings.DEFAULT,
                new NothingForced(),
                scene.clock);
    }

    @Test
    void gives_the_job_to_the_same_key_once_a_worker_is_there() {
        scene.killServer();
        var upgrades = through(() -> scene.client);
        assertThatThrownBy(() -> upgrades.submit(scene.submission("key-1")))
                .isInstanceOf(Upgrades.TemporalUnavailable.class)
                .hasMessage("Temporal did not give the upgrade's admission within 1 s");
        scene.startServer();

        var admission = scene.upgrades.submit(scene.submission("key-1"));

        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.ledger.all()).hasSize(1);
    }
}

package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeFault;
import dev.changeover.task.Task;
import dev.changeover.temporal.FreshTemporal;
import dev.changeover.temporal.Keys;
import dev.changeover.temporal.PayloadConversion;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.LostUpgrades;
import dev.changeover.upgrade.engine.LostUpgrades.Lost;
import dev.changeover.upgrade.engine.LostUpgrades.NotLost;
import dev.changeover.upgrade.engine.LostUpgrades.Why;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.TemporalCalls;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.worker.WorkerFactoryOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator finds and does when ledger and Temporal do not know the same upgrades; on a real server of its own. */
class LostUpgradesTest {
    private static final Duration PATIENT = Duration.ofMinutes(2);
    private static final Duration LATER = Duration.ofMinutes(2);

    @TempDir
    private static Path directory = Path.of("");

    private static FreshTemporal temporal;

    private Scene scene;

    @BeforeAll
    static void startTemporal() throws Exception {
        temporal = FreshTemporal.in(directory.resolve("temporal"));
    }

    @AfterAll
    static void endTemporal() {
        temporal.close();
    }

    @BeforeEach
    void begin() {
        scene = new Scene(
                temporal.client(), 2, Scenario.QUICK, WorkerFactoryOptions.getDefaultInstance(), Clock.systemUTC());
    }

    /** The next scene uses the same queues. */
    @AfterEach
    void end() {
        scene.close();
        scene.awaitSilence();
    }

    @Test
    void leaves_an_upgrade_that_temporal_lost_to_the_operator_who_ends_it() {
        var job = betweenTheNodes();
        loseInTemporal(job);

        orphaned().look();
        var lost = find(job);

        assertThat(scene.task(job).outcome())
                .describedAs("ended by nobody's word")
                .isNull();
        assertThat(lost.why()).isEqualTo(Why.NOT_IN_TEMPORAL);
        assertThat(lost.nodes())
                .extracting(Node::name, Node::version)
                .describedAs("what each node really runs")
                .containsExactlyInAnyOrder(tuple("n1", ScriptedNodes.OLD), tuple("n2", ScriptedNodes.NEW));

        lost().end(Scene.PROXY, job, "its disk is gone", "olga");

        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
        assertThat(scene.task(job).outcome()).isEqualTo("MIXED");
        assertThat(scene.task(job).failReason())
                .contains("olga ended it: its disk is gone", "n2 runs " + ScriptedNodes.NEW);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(lost().find(false)).noneMatch(it -> it.jobId().equals(job));
    }

    @Test
    void begins_anew_what_temporal_lost_from_what_the_nodes_run() {
        var job = betweenTheNodes();
        loseInTemporal(job);
        scene.nodes.mend("n1 handOver");

        var begun = lost().begin(Scene.PROXY, job, "its disk is gone", "olga");

        assertThat(begun.admission()).isInstanceOf(Admission.Admitted.class);
        assertThat(scene.outcome(begun.admission().jobId())).isEqualTo(Outcome.DONE);
        assertThat(scene.task(job).outcome()).isEqualTo("MIXED");
        assertThat(scene.nodes.deeds).containsOnlyOnce("n2 handOver", "n1 handOver");
    }

    @Test
    void ends_what_runs_in_temporal_and_a_restored_ledger_does_not_know() {
        var job = betweenTheNodes();
        scene.ledger.forget(job);

        var lost = find(job);

        assertThat(lost.why()).isEqualTo(Why.NOT_IN_LEDGER);
        lost().end(Scene.PROXY, job, "restored from last night", "olga");

        assertThat(scene.task(job).outcome()).isEqualTo("MIXED");
        assertThat(scene.task(job).failReason()).contains("olga ended it: restored from last night");
        assertThat(scene.client
                        .newUntypedWorkflowStub(UpgradeWorkflow.idOf(Scene.PROXY, job))
                        .describe()
                        .getStatus())
                .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED);
        assertThat(lost().find(false)).noneMatch(it -> it.jobId().equals(job));
    }

    @Test
    void takes_down_how_an_upgrade_ended_that_is_open_in_a_restored_ledger() {
        var job = betweenTheNodes();
        var dumped = scene.task(job);
        scene.nodes.mend("n1 handOver");
        scene.say(Command.RETRY, job);
        assertThat(scene.outcome(job)).isEqualTo(Outcome.DONE);
        scene.ledger.restore(dumped);

        orphaned().look();

        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.task(job).outcome()).isEqualTo("DONE");
    }

    @Test
    void says_which_nodes_were_left_out_by_an_upgrade_that_ended_unheard() {
        var job = betweenTheNodes();
        var dumped = scene.task(job);
        scene.say(Command.STOP, job);
        assertThat(scene.outcome(job)).isEqualTo(Outcome.MIXED);
        scene.ledger.forget(job);
        scene.ledger.restore(dumped);

        orphaned().look();

        assertThat(scene.ledger.events(job, 0).getLast().text())
                .isEqualTo("it ended unheard by this ledger: MIXED, stopped, not upgraded: n1 (runs 2.6.12.3)");
    }

    /** As after keys were configured, once nothing in the clear is read any more. */
    @Test
    void are_told_from_others_though_what_runs_wrote_cannot_be_read() {
        var job = betweenTheNodes();
        var keyed = WorkflowClient.newInstance(
                scene.client.getWorkflowServiceStubs(),
                WorkflowClientOptions.newBuilder(scene.client.getOptions())
                        .setDataConverter(PayloadConversion.encrypted(Keys.file(directory, "k1")))
                        .build());
        var calls = new TemporalCalls(() -> keyed, Duration.ofMinutes(1), null);
        var later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(3));

        new OrphanedUpgrades(calls, scene.inventory, scene.ledger, later).look();

        assertThat(new LostUpgrades(calls, scene.inventory, scene.ledger, scene.upgrades, later).find(false))
                .noneMatch(it -> it.jobId().equals(job));
        assertThat(scene.task(job).outcome()).isNull();
    }

    @Test
    void refuses_what_both_know() {
        var job = betweenTheNodes();

        assertThat(lost().find(false)).noneMatch(it -> it.jobId().equals(job));
        assertThatThrownBy(() -> lost().end(Scene.PROXY, job, "by mistake", "olga"))
                .isInstanceOf(NotLost.class);
        assertThatThrownBy(() -> lost().begin(Scene.PROXY, job, "by mistake", "olga"))
                .isInstanceOf(NotLost.class);
        assertThat(scene.task(job).outcome()).isNull();
    }

    /** n2 serves the new version, n1 is held. */
    private String betweenTheNodes() {
        scene.nodes.fail("n1 handOver", NodeFault.NOT_SAFE);
        var job = scene.submit();
        scene.awaitHeld("n1");
        await().atMost(PATIENT).until(() -> scene.kinds(job).contains("HELD"));
        return job;
    }

    private void loseInTemporal(String job) {
        var client = scene.client;
        var id = UpgradeWorkflow.idOf(Scene.PROXY, job);
        client.getWorkflowServiceStubs()
                .blockingStub()
                .deleteWorkflowExecution(DeleteWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(id))
                        .build());
        await().atMost(PATIENT).until(() -> isGone(client, id));
    }

    private static boolean isGone(WorkflowClient client, String id) {
        try {
            client.newUntypedWorkflowStub(id).describe();
            return false;
        } catch (WorkflowNotFoundException gone) {
            return true;
        }
    }

    /** Temporal's list is a moment behind. */
    private Lost find(String job) {
        return await().atMost(PATIENT)
                .until(
                        () -> lost().find(true).stream()
                                .filter(it -> it.jobId().equals(job))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    private TemporalCalls calls() {
        return new TemporalCalls(() -> scene.client, Duration.ofMinutes(1), null);
    }

    private LostUpgrades lost() {
        return new LostUpgrades(calls(), scene.inventory, scene.ledger, scene.upgrades, inTwoMinutes());
    }

    private OrphanedUpgrades orphaned() {
        return new OrphanedUpgrades(calls(), scene.inventory, scene.ledger, inTwoMinutes());
    }

    private static Clock inTwoMinutes() {
        return Clock.offset(Clock.systemUTC(), LATER);
    }
}

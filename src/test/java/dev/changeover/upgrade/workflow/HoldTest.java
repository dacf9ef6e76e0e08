package dev.changeover.upgrade.workflow;

import static dev.changeover.upgrade.Command.RETRY;
import static dev.changeover.upgrade.Command.SKIP;
import static dev.changeover.upgrade.Command.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.NodeFault;
import dev.changeover.task.Task;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeWorkflow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever step of whatever node fails: nothing else is begun until an operator has spoken. */
class HoldTest {
    private static final List<String> STEPS = List.of("stage", "handOver", "watch", "retire", "verify");
    private static final List<String> IN_ORDER = List.of("n2", "n3", "n1");

    private final Scene scene = new SkippedTime();

    @AfterEach
    void close() {
        scene.close();
    }

    static Stream<Arguments> everyStepOfEveryNode() {
        return STEPS.stream().flatMap(step -> IN_ORDER.stream().map(node -> Arguments.of(node, step)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyStepOfEveryNode")
    void begins_nothing_else_while_a_node_is_held_and_goes_on_after_a_retry(String node, String step) {
        scene.nodes.fail(node + " " + step, NodeFault.NOT_SAFE);
        var job = scene.submit();

        var reason = scene.awaitHeld(node);

        assertThat(reason).isEqualTo("NOT_SAFE on %s: told to fail at %s %s", node, node, step);
        scene.await("all that may go on is through", progress -> scene.nodes.deeds.size() == deedsBefore(node, step));
        assertThat(scene.nodes.asked).containsOnlyOnce(node + " " + step);
        assertThat(scene.workflow().describe().getTypedSearchAttributes().get(UpgradeWorkflow.PHASE))
                .isEqualTo("HELD");
        assertThat(scene.task(job).outcome()).isNull();
        assertThat(scene.progress().next()).isEqualTo("an operator's %s of node %s", decisions(step), node);

        scene.nodes.mend(node + " " + step);
        var answer = scene.say(RETRY, job);

        assertThat(answer.noted()).isTrue();
        assertThat(answer.progress().next()).doesNotContain("an operator's");
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds).hasSize(15);
        assertThat(scene.kinds(job))
                .containsOnlyOnce("HELD", "RETRY", "RELEASED")
                .doesNotContain("SKIPPED");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
    }

    /** All nodes at once in stage, retire and verify: the others' are not begun because of this one's, they run already. */
    private static int deedsBefore(String node, String step) {
        return switch (step) {
            case "stage" -> 2;
            case "handOver" -> 3 + 2 * IN_ORDER.indexOf(node);
            case "watch" -> 3 + 2 * IN_ORDER.indexOf(node) + 1;
            case "retire" -> 9 + 2;
            default -> 12 + 2;
        };
    }

    /** Before the first handover there is nothing to skip, and after the last one nothing to stop. */
    private static String decisions(String step) {
        return switch (step) {
            case "stage" -> "retry or stop";
            case "retire", "verify" -> "retry or skip";
            default -> "retry, skip or stop";
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"handOver", "watch"})
    void leaves_a_skipped_node_as_it_is_and_finishes_the_others(String step) {
        scene.nodes.fail("n3 " + step, NodeFault.SOAK_FAILED);
        var job = scene.submit();
        scene.awaitHeld("n3");

        assertThat(scene.say(SKIP, job, "n3").noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.nodes.deeds).contains("n1 handOver", "n1 retire", "n1 verify", "n2 retire", "n2 verify");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
        var runs = step.equals("handOver") ? ScriptedNodes.OLD : ScriptedNodes.NEW;
        assertThat(scene.task(job).failReason()).isEqualTo("skipped: n3 (runs %s)", runs);
        assertThat(scene.node("n3").step()).isEqualTo(NodeProgress.Step.SKIPPED);
        assertThat(scene.nodes.deeds.contains("n3 retire")).isEqualTo(step.equals("watch"));
        assertThat(scene.kinds(job)).contains("NOT_ALL_SERVE").doesNotContain("ALL_SERVE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"retire", "verify"})
    void stays_completed_when_a_node_is_skipped_after_all_of_them_serve(String step) {
        scene.nodes.fail("n3 " + step, NodeFault.NOT_SAFE);
        var job = scene.submit();
        scene.awaitHeld("n3");

        assertThat(scene.say(SKIP, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.task(job).progress()).isEqualTo(100);
        assertThat(scene.nodes.deeds).contains("n1 verify", "n2 verify").doesNotContain("n3 verify");
        assertThat(scene.ledger.events(job, 0).getLast().text())
                .isEqualTo("the upgrade is over: MIXED, without n3 (runs 2.6.12.4)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"handOver", "watch"})
    void touches_no_further_node_after_a_stop_and_finishes_those_that_serve(String step) {
        scene.nodes.fail("n3 " + step, NodeFault.SOAK_FAILED);
        var job = scene.submit();
        scene.awaitHeld("n3");

        assertThat(scene.say(STOP, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.nodes.deeds).contains("n2 retire", "n2 verify").doesNotContain("n1 handOver", "n1 retire");
        assertThat(scene.node("n1").step()).isEqualTo(NodeProgress.Step.STAGED);
        assertThat(scene.task(job).failReason())
                .startsWith("stopped, not upgraded: n3 (runs ")
                .endsWith("n1 (runs 2.6.12.3)");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "n2", "n3"})
    void changes_nothing_when_it_is_stopped_while_staging_holds(String node) {
        scene.nodes.fail(node + " stage", NodeFault.CHECKSUM_MISMATCH);
        var job = scene.submit();
        scene.awaitHeld(node);

        assertThat(scene.say(SKIP, job).refusal())
                .isEqualTo("nothing was changed yet: end the upgrade instead of skipping a node");
        assertThat(scene.say(STOP, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(scene.nodes.deeds).allMatch(deed -> deed.endsWith(" stage"));
        assertThat(scene.task(job).failReason()).isEqualTo("stopped before any change");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
    }
}

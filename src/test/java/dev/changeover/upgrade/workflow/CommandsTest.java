package dev.changeover.upgrade.workflow;

import static dev.changeover.upgrade.Command.PAUSE;
import static dev.changeover.upgrade.Command.RESUME;
import static dev.changeover.upgrade.Command.RETRY;
import static dev.changeover.upgrade.Command.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.node.NodeFault;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.UpgradeRecords;
import dev.changeover.upgrade.engine.Upgrades;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.failure.CanceledFailure;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operator's commands, and their effects. */
class CommandsTest {
    private final Scene scene = new SkippedTime();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Says it as soon as this step is at work. */
    private void sayDuring(String nodeAndStep, Command command) {
        scene.nodes.during(
                nodeAndStep,
                () -> scene.say(command, scene.ledger.open().getFirst().jobId()));
    }

    @Test
    void finishes_the_node_at_work_before_a_pause_and_begins_no_other() {
        sayDuring("n2 handOver", PAUSE);
        var job = scene.submit();
        scene.await("n2 serves", progress -> progress.paused() && progress.percent() == 33);

        scene.say(RESUME, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.kinds(job)).containsSubsequence("PAUSED", "HANDED_OVER", "SERVING", "RESUMED", "HANDING_OVER");
    }

    @Test
    void shows_in_temporal_what_a_held_node_can_be_told_and_nothing_that_is_refused() {
        scene.nodes.fail("n2 stage", NodeFault.CONFIG_REFUSED);
        scene.submit();
        scene.awaitHeld("n2");

        var details = scene.workflow()
                .query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();

        assertThat(details).contains("Say `retry` or `stop`.").doesNotContain("skip");
    }

    @Test
    void shows_a_pause_in_temporal_and_in_the_ledger() {
        sayDuring("n2 stage", PAUSE);
        var job = scene.submit();
        scene.await("all is staged", progress -> progress.paused() && scene.nodes.deeds.size() == 3);

        scene.await(
                "shown",
                progress -> "PAUSED"
                        .equals(scene.workflow()
                                .describe()
                                .getTypedSearchAttributes()
                                .get(UpgradeWorkflow.PHASE)));

        assertThat(UpgradeRecords.read(scene.task(job).snapshot()).paused()).isTrue();
        assertThat(scene.ledger.events(job, 0))
                .filteredOn(event -> event.kind().equals("PAUSED"))
                .allSatisfy(event -> assertThat(event.text()).isEqualTo("bob says pause: because"));
    }

    @Test
    void breaks_off_retirements_at_a_pause_and_begins_them_again_afterwards() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("all retire", progress -> scene.nodes.asked("retire") == 3);

        scene.say(PAUSE, job);
        scene.await("they stopped", progress -> scene.nodes.brokenOff.size() == 3);
        scene.say(RESUME, job);
        scene.await("all retire again", progress -> scene.nodes.asked("retire") == 6);
        scene.nodes.keepOldSessions(false);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.kinds(job))
                .containsSubsequence("PAUSED", "RESUMED", "RETIRED")
                .doesNotContain("HELD");
    }

    @ParameterizedTest
    @EnumSource(names = {"RETRY", "SKIP"})
    void hears_about_a_node_that_is_held_in_a_paused_retirement(Command command) {
        scene.nodes.fail("n2 retire", NodeFault.NOT_SAFE);
        var job = scene.submit();
        scene.awaitHeld("n2");
        scene.say(PAUSE, job);
        scene.nodes.mend("n2 retire");

        assertThat(scene.say(command, job).noted()).isTrue();
        scene.await("it is released", progress -> progress.held().isEmpty());
        var whilePaused = Collections.frequency(scene.nodes.asked, "n2 retire");
        scene.say(RESUME, job);

        assertThat(scene.outcome()).isEqualTo(command == RETRY ? Outcome.DONE : Outcome.MIXED);
        assertThat(whilePaused).isEqualTo(1);
        assertThat(scene.nodes.asked.contains("n2 verify")).isEqualTo(command == RETRY);
        assertThat(scene.kinds(job)).containsOnlyOnce("HELD");
    }

    @Test
    void keeps_a_node_held_when_a_pause_of_the_retirement_is_over() {
        scene.nodes.fail("n2 retire", NodeFault.NOT_SAFE);
        var job = scene.submit();
        scene.awaitHeld("n2");
        scene.say(PAUSE, job);

        var answer = scene.say(RESUME, job);

        assertThat(Scene.held(answer.progress())).containsExactly("n2");
        scene.nodes.mend("n2 retire");
        assertThat(scene.say(RETRY, job).noted()).isTrue();
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(Collections.frequency(scene.nodes.asked, "n2 retire")).isEqualTo(2);
    }

    @Test
    void holds_a_retirement_that_fails_after_a_stop() {
        scene.nodes.fail("n2 retire", NodeFault.NOT_SAFE);
        sayDuring("n2 handOver", STOP);
        var job = scene.submit();

        scene.awaitHeld("n2");

        scene.nodes.mend("n2 retire");
        assertThat(scene.say(RETRY, job).noted()).isTrue();
        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.nodes.deeds).endsWith("n2 handOver", "n2 watch", "n2 retire", "n2 verify");
        assertThat(scene.node("n2").step()).isEqualTo(NodeProgress.Step.VERIFIED);
    }

    @ParameterizedTest
    @EnumSource(names = {"STOP", "PAUSE"})
    void is_cancelled_when_it_is_stopped_before_the_first_handover(Command first) {
        sayDuring("n2 stage", first);
        var job = scene.submit();
        scene.await("heard", progress -> progress.stopping() || progress.paused());
        if (first == PAUSE) {
            scene.say(STOP, job);
        }

        assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(scene.nodes.deeds).allMatch(deed -> deed.endsWith(" stage"));
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
        assertThat(scene.task(job).failReason()).isEqualTo("stopped before any change");
    }

    @Test
    void finishes_the_node_at_work_when_it_is_stopped_and_names_the_others() {
        sayDuring("n2 watch", STOP);
        var job = scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.nodes.deeds).endsWith("n2 handOver", "n2 watch", "n2 retire", "n2 verify");
        assertThat(scene.task(job).failReason())
                .isEqualTo("stopped, not upgraded: n3 (runs 2.6.12.3), n1 (runs 2.6.12.3)");
        assertThat(scene.task(job).progress()).isEqualTo(33);
    }

    @Test
    void is_cancelled_from_outside_before_the_first_handover() {
        scene.nodes.during("n2 stage", () -> scene.workflow().cancel());
        var job = scene.submit();

        awaitCanceledRun();

        assertThat(scene.task(job).outcome()).isEqualTo("CANCELLED");
        assertThat(scene.task(job).failReason()).isEqualTo("stopped before any change");
        assertThat(scene.kinds(job)).endsWith("CANCELLED").contains("STOPPING");
    }

    @Test
    void goes_on_when_it_is_cancelled_from_outside_after_the_first_handover() {
        scene.nodes.during("n2 handOver", () -> scene.workflow().cancel());
        var job = scene.submit();

        awaitCanceledRun();

        assertThat(scene.task(job).outcome()).isEqualTo("DONE");
        assertThat(scene.kinds(job)).contains("CANCEL_IGNORED");
        assertThat(scene.nodes.deeds).hasSize(15);
    }

    /** Temporal closes a run that was cancelled as Canceled, whatever it did afterwards; the ledger knows better. */
    private void awaitCanceledRun() {
        assertThatThrownBy(scene::outcome).hasCauseInstanceOf(CanceledFailure.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESUME", "RETRY", "SKIP", "STOP"})
    void answers_why_a_command_is_not_allowed_and_changes_nothing(Command command) {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("all retire", progress -> scene.nodes.asked("retire") == 3);
        var before = scene.progress();

        var answer = scene.say(command, job);

        assertThat(answer.noted()).isFalse();
        assertThat(answer.refusal()).isNotBlank();
        assertThat(answer.progress()).isEqualTo(before);
        assertThat(scene.progress()).isEqualTo(before);
    }

    @Test
    void reaches_the_job_that_is_named_and_no_other() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("all retire", progress -> scene.nodes.asked("retire") == 3);
        var other = scene.submit();

        var answer = scene.say(PAUSE, other);

        assertThat(other).isNotEqualTo(job);
        assertThat(answer.refusal()).isEqualTo("the upgrade has ended");
        assertThat(scene.progress().paused()).isFalse();
        assertThatThrownBy(() -> scene.say(PAUSE, "no-such-job"))
                .isInstanceOf(Upgrades.UnknownJob.class)
                .hasMessage("job no-such-job does not exist");
    }

    @Test
    void answers_that_an_upgrade_has_ended() {
        var job = scene.submit();
        scene.outcome();

        var answer = scene.say(STOP, job);

        assertThat(answer.refusal()).isEqualTo("the upgrade has ended");
        assertThat(answer.progress().phase()).isEqualTo(Phase.ENDED);
        assertThat(answer.progress().result().outcome()).isEqualTo(Outcome.DONE);
    }
}

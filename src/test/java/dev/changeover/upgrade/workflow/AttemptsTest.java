package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.NodeFault;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.activity.Activity;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.TimeoutType;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The failures that are tried again by themselves, and how often, before an operator is asked. */
class AttemptsTest {

    @ParameterizedTest
    @ValueSource(strings = {"stage", "handOver", "watch", "verify"})
    void holds_after_five_attempts_at_what_might_heal(String step) {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n2 " + step, NodeFault.NO_ANSWER);
            scene.submit();

            var reason = scene.awaitHeld("n2");

            assertThat(reason).isEqualTo("NO_ANSWER on n2: told to fail at n2 " + step);
            assertThat(Collections.frequency(scene.nodes.asked, "n2 " + step)).isEqualTo(5);
        }
    }

    /** As when Temporal's word gets lost on its way to an agent that runs. */
    @Test
    void looks_again_where_an_answer_does_not_come() {
        try (var scene = new SkippedTime()) {
            var lost = new AtomicBoolean(true);
            scene.nodes.during("n2 inspect", () -> {
                if (lost.getAndSet(false)) Activity.getExecutionContext().doNotCompleteOnReturn();
            });
            scene.submit();

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            assertThat(lost).isFalse();
        }
    }

    @Test
    void lets_an_agent_fail_fifty_times_in_a_retirement_because_that_lasts_a_day() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n2 retire", NodeFault.NO_ANSWER);
            scene.submit();
            scene.await("retiring", progress -> progress.phase() == Phase.RETIRING);
            scene.skip(Duration.ofHours(1));

            scene.awaitHeld("n2");

            assertThat(Collections.frequency(scene.nodes.asked, "n2 retire")).isEqualTo(50);
        }
    }

    @Test
    void does_not_ask_an_operator_about_what_heals_in_time() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n3 handOver", NodeFault.START_FAILED, 4);
            var job = scene.submit();

            var outcome = scene.outcome();

            assertThat(outcome).isEqualTo(Outcome.DONE);
            assertThat(scene.kinds(job)).doesNotContain("HELD");
            assertThat(Collections.frequency(scene.nodes.asked, "n3 handOver")).isEqualTo(5);
        }
    }

    /** Temporal repeats an order as it was, also when it was away for longer than that is good. */
    @Test
    void has_an_order_that_is_stale_signed_anew_once_before_it_asks_an_operator() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n3 handOver", NodeFault.STALE_ORDER, 1);
            scene.nodes.fail("n2 handOver", NodeFault.STALE_ORDER, 2);
            var job = scene.submit();

            assertThat(scene.awaitHeld("n2")).startsWith("STALE_ORDER on n2");
            assertThat(scene.nodes.asked("handOver")).isEqualTo(2);
            scene.say(Command.RETRY, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            assertThat(scene.kinds(job)).containsOnlyOnce("HELD");
        }
    }

    /** As where its directory was removed since, or the catalogue has another package of it. */
    @Test
    void stages_anew_what_is_not_there_at_the_handover_before_it_asks_an_operator() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n3 handOver", NodeFault.NO_PACKAGE, 1);
            scene.nodes.fail("n2 handOver", NodeFault.NO_PACKAGE, 2);
            var job = scene.submit();

            assertThat(scene.awaitHeld("n2")).startsWith("NO_PACKAGE on n2: told to fail at n2 handOver");
            assertThat(scene.nodes.asked)
                    .containsSubsequence("n2 handOver", "n2 stage", "n2 handOver")
                    .doesNotContain("n3 handOver");
            scene.say(Command.RETRY, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            assertThat(scene.nodes.asked).containsSubsequence("n3 handOver", "n3 stage", "n3 handOver");
            assertThat(scene.nodes.asked("stage")).isEqualTo(3 + 2);
            assertThat(scene.kinds(job)).containsOnlyOnce("HELD");
            assertThat(scene.ledger.events(job, 0).stream().map(event -> event.kind() + " " + event.text()))
                    .contains(
                            "HANDING_OVER n2 has 2.6.12.4 staged anew: NO_PACKAGE on n2: told to fail at n2 handOver",
                            "HANDING_OVER n3 has 2.6.12.4 staged anew: NO_PACKAGE on n3: told to fail at n3 handOver");
            assertThat(scene.enrolled.refusals).isEmpty();
        }
    }

    @Test
    void holds_a_handover_whose_kernel_cannot_be_staged_anew_for_the_reason_of_that() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n2 handOver", NodeFault.NO_PACKAGE, 1);
            scene.nodes.during("n2 stage", () -> scene.nodes.fail("n2 stage", NodeFault.BAD_PACKAGE, 1));
            var job = scene.submit();

            assertThat(scene.awaitHeld("n2")).startsWith("BAD_PACKAGE on n2: told to fail at n2 stage");
            scene.say(Command.RETRY, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void counts_five_attempts_anew_after_a_retry() {
        try (var scene = new SkippedTime()) {
            scene.nodes.fail("n2 handOver", NodeFault.START_FAILED, 9);
            var job = scene.submit();
            scene.awaitHeld("n2");

            scene.say(Command.RETRY, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            assertThat(Collections.frequency(scene.nodes.asked, "n2 handOver")).isEqualTo(10);
            assertThat(scene.kinds(job)).containsOnlyOnce("HELD");
        }
    }

    @Test
    void holds_a_node_whose_queue_nobody_polls_after_five_pickup_timeouts() {
        var settings = new UpgradeSettings(
                Duration.ZERO, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 20);
        try (var scene = new SkippedTime(settings)) {
            var job = scene.submit();
            scene.say(Command.PAUSE, job);
            scene.await("staged", progress -> scene.nodes.deeds.size() == 3 && progress.paused());
            scene.kill("n2");
            scene.say(Command.RESUME, job);

            scene.await("n2 is held", progress -> Scene.held(progress).contains("n2"));

            assertThat(scene.node("n2").held())
                    .isEqualTo("the agent of n2 has not answered on queue node:n2: see whether it runs");
            assertThat(scene.history().getEvents().stream()
                            .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT)
                            .map(event -> event.getActivityTaskTimedOutEventAttributes()
                                    .getFailure()
                                    .getTimeoutFailureInfo()
                                    .getTimeoutType()))
                    .hasSize(5)
                    .containsOnly(TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START);
            assertThat(scene.nodes.deeds).hasSize(3);

            scene.say(Command.SKIP, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
            assertThat(scene.task(job).failReason()).isEqualTo("skipped: n2 (runs 2.6.12.3)");
        }
    }

    @Test
    void waits_for_a_ledger_that_is_gone_for_a_while() {
        try (var scene = new SkippedTime()) {
            var job = scene.submit();
            scene.ledger.beGone(2);

            var outcome = scene.outcome();

            assertThat(outcome).isEqualTo(Outcome.DONE);
            assertThat(scene.kinds(job)).hasSize(26);
            assertThat(scene.nodes.deeds).hasSize(15);
        }
    }
}

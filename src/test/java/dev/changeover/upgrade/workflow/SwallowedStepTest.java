package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.testservice.v1.LockTimeSkippingRequest;
import io.temporal.api.testservice.v1.TestServiceGrpc;
import io.temporal.api.testservice.v1.UnlockTimeSkippingRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody who reaches Temporal takes a step from a node's queue before its agent does, and says nothing. */
class SwallowedStepTest {
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);
    private static final Duration A_MOMENT = Duration.ofMillis(200);

    private final SkippedTime scene = new SkippedTime(new UpgradeSettings(
            Duration.ZERO, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofHours(1), Duration.ZERO, 20));
    private String job = "";

    /** The handover of n2 is in its queue, and nobody but the stranger asks for it. */
    @BeforeEach
    void begin() {
        job = scene.submit();
        scene.say(Command.PAUSE, job);
        scene.await("staged", progress -> scene.nodes.deeds.size() == 3 && progress.paused());
        scene.kill("n2");
        scene.say(Command.RESUME, job);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void is_given_to_the_agent_once_it_is_known_that_nobody_works_at_it() {
        swallow();
        scene.startAgent("n2");

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds).containsOnlyOnce("n2 handOver");
        assertThat(scene.kinds(job)).doesNotContain("HELD");
    }

    @Test
    void holds_the_upgrade_when_it_is_taken_each_time_until_the_stranger_is_gone() {
        for (int i = 0; i < Agents.ATTEMPTS; i++) swallow();

        assertThat(scene.awaitHeld("n2")).isEqualTo("the agent of n2 broke off NodeHandOver: see its log");
        assertThat(scene.history().getEvents().stream()
                        .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT)
                        .map(event -> event.getActivityTaskTimedOutEventAttributes()
                                .getFailure()
                                .getTimeoutFailureInfo()
                                .getTimeoutType()))
                .containsExactly(TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
        assertThat(scene.nodes.deeds).as("no node was changed").hasSize(3);
        assertThat(scene.nodes.state("n2").serving().orElseThrow().kernel()).isEqualTo(ScriptedNodes.OLD);

        scene.startAgent("n2");
        scene.say(Command.RETRY, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds).containsOnlyOnce("n2 handOver");
    }

    private void swallow() {
        var temporal = scene.client.getWorkflowServiceStubs();
        var step = temporal.blockingStub()
                .pollActivityTaskQueue(PollActivityTaskQueueRequest.newBuilder()
                        .setNamespace(scene.client.getOptions().getNamespace())
                        .setTaskQueue(TaskQueue.newBuilder().setName("node:n2"))
                        .setIdentity("stranger")
                        .build());
        assertThat(step.getActivityType().getName()).isEqualTo("NodeHandOver");
        // While something is at work the server skips no time by itself.
        var time = TestServiceGrpc.newBlockingStub(temporal.getRawChannel());
        time.unlockTimeSkipping(UnlockTimeSkippingRequest.getDefaultInstance());
        scene.skip(SIGN_OF_LIFE.minus(A_MOMENT));
        time.lockTimeSkipping(LockTimeSkippingRequest.getDefaultInstance());
        scene.skip(A_MOMENT.plusSeconds(1L << step.getAttempt() - 1));
    }
}

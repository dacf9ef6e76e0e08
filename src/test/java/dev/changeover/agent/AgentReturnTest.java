package dev.changeover.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeState;
import dev.changeover.telemetry.LogLines;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.workflow.RealServer;
import dev.changeover.upgrade.workflow.Scenario;
import dev.changeover.value.Causes;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A step that a process was given which died is given to the next one. */
class AgentReturnTest {
    private static final String NODE = "n2";
    private static final Duration PATIENT = Duration.ofMinutes(5);

    /**
     * Killed as early as can be: Temporal has given the step, and the process has not even read that. Without the agent's
     * word the heartbeat's time-out, after five minutes, would be the reason why the step begins anew.
     */
    @Test
    @ResourceLock(RealServer.QUEUES)
    void a_step_goes_on_when_its_agent_is_back_though_the_dead_process_had_only_just_been_given_it() throws Exception {
        try (var scene = new RealServer(2, Scenario.QUICK);
                var reporter = new NodeStateReporter()) {
            var dead = new CountDownLatch(1);
            scene.nodes.during("n1 watch", () -> await(dead));
            scene.submit();
            Awaitility.await("only n1 has something to do")
                    .atMost(PATIENT)
                    .until(() -> scene.nodes.asked.contains("n1 watch"));
            scene.kill(NODE);
            dead.countDown();
            assertThat(given(AgentReturn.of(NODE)).getActivityType().getName()).isEqualTo("NodeRetire");

            var process = AgentReturn.of(NODE);
            reporter.sendTo(RealTemporal.connection(), process, Optional::empty);
            try (var ignored = AgentWorker.start(RealTemporal.connection(), process, scene.enrolled)) {
                assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            }

            assertThat(scene.history().getEvents().stream()
                            .filter(HistoryEvent::hasActivityTaskStartedEventAttributes)
                            .map(HistoryEvent::getActivityTaskStartedEventAttributes)
                            .filter(started -> started.getAttempt() > 1)
                            .map(started -> started.getLastFailure()
                                    .getApplicationFailureInfo()
                                    .getType()))
                    .contains(AgentReturn.RESTARTED);
        }
    }

    /** An operator may start the agent before the node is entered, and then nobody knows of whom it speaks. */
    @Test
    @ResourceLock(RealServer.QUEUES)
    void what_was_found_before_the_node_was_entered_is_told_again_when_its_agent_is_enrolled() throws Exception {
        try (var scene = new RealServer(2, Scenario.QUICK);
                var reporter = new NodeStateReporter()) {
            var found = new AtomicReference<>("nobody-entered-this");
            var told = new AtomicInteger();
            var key = new AtomicReference<Optional<String>>(Optional.empty());
            reporter.changed(() -> {
                told.incrementAndGet();
                return found(found.get());
            });
            reporter.sendTo(RealTemporal.connection(), AgentReturn.of("nobody-entered-this"), key::get);
            Awaitility.await("told of a node that nobody has entered")
                    .atMost(PATIENT)
                    .until(() -> told.get() == 1);
            assertThat(scene.inventory.node("n1").orElseThrow().observedAt()).isNull();

            found.set("n1"); // entered now
            key.set(Optional.of("0123456789abcdef"));

            Awaitility.await("the node is seen")
                    .atMost(PATIENT)
                    .until(() -> scene.inventory.node("n1").orElseThrow().observedAt() != null);
        }
    }

    @Test
    @ResourceLock(RealServer.QUEUES)
    void an_agent_whose_node_was_removed_or_never_entered_says_so_in_its_log() {
        var node = "removed-" + UUID.randomUUID();
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = LogLines.logger(NodeStateReporter.class.getName());
        log.addAppender(lines);
        try (var scene = new RealServer(2, Scenario.QUICK);
                var reporter = new NodeStateReporter()) {
            reporter.changed(() -> found(node));

            reporter.sendTo(RealTemporal.connection(), AgentReturn.of(node), Optional::empty);

            Awaitility.await("its log says it")
                    .atMost(PATIENT)
                    .until(() -> List.copyOf(lines.list).stream()
                            .map(ILoggingEvent::getFormattedMessage)
                            .anyMatch(
                                    ("node %s is not registered, or was removed: nothing that it tells is written, and"
                                                    + " nothing is ordered for it")
                                            .formatted(node)::equals));
            assertThat(scene.inventory.node(node)).isEmpty();
            var answer =
                    WorkflowStub.fromTyped(scene.client.newWorkflowStub(InspectWorkflow.class, "inspect:node:" + node));
            assertThatThrownBy(() -> answer.getResult(NodeSight[].class))
                    .as("no fault of the server's, for its log to tell")
                    .satisfies(failure -> assertThat(Causes.find(failure, ApplicationFailure.class))
                            .map(ApplicationFailure::getCategory)
                            .contains(ApplicationErrorCategory.BENIGN));
        } finally {
            log.detachAppender(lines);
        }
    }

    /** An agent that tells nothing any more is taken for gone, though it serves. */
    @Test
    @ResourceLock(RealServer.QUEUES)
    void what_was_found_is_told_after_an_error_too() throws Exception {
        try (var scene = new RealServer(2, Scenario.QUICK);
                var reporter = new NodeStateReporter()) {
            var keys = new AtomicInteger();
            var asked = new AtomicInteger();
            reporter.changed(() -> {
                if (asked.getAndIncrement() == 0) throw new StackOverflowError();
                return found("n1");
            });
            reporter.sendTo(RealTemporal.connection(), AgentReturn.of("n1"), () -> {
                if (keys.getAndIncrement() == 0) throw new OutOfMemoryError();
                return Optional.empty();
            });

            Awaitility.await("the node is seen")
                    .atMost(PATIENT)
                    .until(() -> scene.inventory.node("n1").orElseThrow().observedAt() != null);
        }
    }

    private static NodeState found(String node) {
        return new NodeState(
                node,
                "m-1",
                NodeState.PROTOCOL,
                Instant.now(),
                List.of(),
                null,
                List.of(),
                List.of(),
                1,
                List.of(),
                null,
                null);
    }

    /** What Temporal gives a process of the agent, which does nothing with it. */
    private static PollActivityTaskQueueResponse given(AgentReturn process) {
        var client = RealTemporal.client();
        return Awaitility.await("a step")
                .atMost(PATIENT)
                .until(
                        () -> client.getWorkflowServiceStubs()
                                .blockingStub()
                                .pollActivityTaskQueue(PollActivityTaskQueueRequest.newBuilder()
                                        .setNamespace(client.getOptions().getNamespace())
                                        .setTaskQueue(TaskQueue.newBuilder().setName("node:" + process.nodeId()))
                                        .setIdentity(process.worker())
                                        .build()),
                        step -> !step.getTaskToken().isEmpty());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}

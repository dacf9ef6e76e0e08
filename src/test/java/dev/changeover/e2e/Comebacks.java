package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.PersistentClients;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * An upgrade whose first node's agent is ended by kill -9 in every step that it can be caught in, and started again. A
 * probe is not a step: whoever asks repeats it.
 */
final class Comebacks {
    static final String RETIRE = "NodeRetire";
    static final String CLOSE = "NodeCloseSessions";
    private static final String NODE = "n2";
    private static final int SESSIONS = 15;
    private static final Duration GENEROUS = Duration.ofMinutes(5);

    private final Installation here;
    private final WorkflowClient temporal;
    private final String workflow;
    private final String jobId;
    private final Set<String> caught = new HashSet<>();
    private final List<Comeback> comebacks = new ArrayList<>();

    /**
     * A step went on.
     *
     * @param step as Temporal calls it
     * @param after from the start of the agent's process to the step's second beginning, or to its end
     */
    record Comeback(String step, Duration after) {}

    /**
     * What has happened when the upgrade has ended.
     *
     * @param reasons why any step of any node began again
     */
    record Seen(List<Comeback> comebacks, Set<String> reasons) {}

    private Comebacks(Installation here, String jobId) {
        this.here = here;
        this.temporal = here.temporal();
        this.jobId = jobId;
        this.workflow = UpgradeWorkflow.idOf("px-1", jobId);
    }

    static Seen in(Installation here) throws IOException, InterruptedException {
        try (var sessions =
                PersistentClients.open(here.addresses(), here.database.app(), SESSIONS, Duration.ofMillis(300))) {
            var upgrade = new Comebacks(here, Installation.accepted(here.upgrade()));
            while (!upgrade.has(RETIRE)) upgrade.killInNextStep(() -> false);
            var closing = CompletableFuture.supplyAsync(upgrade::closeRemaining);
            upgrade.killInNextStep(() -> upgrade.running().isEmpty()); // the closing was through, and so the retirement
            assertThat(closing.join()).isZero();
            sessions.close();
            upgrade.killInNextStep(upgrade::hasEnded);
            await("the upgrade has ended").atMost(GENEROUS).ignoreExceptions().until(upgrade::hasEnded);
            return new Seen(upgrade.comebacks, upgrade.reasons());
        }
    }

    private boolean has(String step) {
        return comebacks.stream().anyMatch(back -> back.step().equals(step));
    }

    private int closeRemaining() {
        try {
            var count = String.valueOf(SESSIONS / Installation.NODES.size());
            return here.cli("close-remaining", jobId, "--node", NODE, "--count", count, "--reason", "to see it die");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /** Waits for a step that was not caught before. One that ends sooner than it is caught has nothing to come back to. */
    private void killInNextStep(Callable<Boolean> orNoneComes) throws IOException {
        await("another step of " + NODE)
                .atMost(GENEROUS)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        running().stream().anyMatch(step -> caught.add(step.getActivityId())) || orNoneComes.call());
        here.agent(NODE).kill();
        var cut = running();
        cut.forEach(step -> caught.add(step.getActivityId()));
        var began = System.nanoTime();
        here.startAgent(NODE);
        for (var step : cut) {
            await(step.getActivityType().getName() + " goes on")
                    .atMost(GENEROUS)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> goesOn(step));
            comebacks.add(new Comeback(step.getActivityType().getName(), Duration.ofNanos(System.nanoTime() - began)));
        }
    }

    /** What the node's agent works on for this upgrade; of one that was killed, what it worked on then. */
    private List<PendingActivityInfo> running() {
        var worker = "node:%s/%d@".formatted(NODE, here.agent(NODE).process().pid());
        return pending().stream()
                .filter(step -> step.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED)
                .filter(step -> step.getLastWorkerIdentity().startsWith(worker))
                .toList();
    }

    private boolean goesOn(PendingActivityInfo cut) {
        return pending().stream()
                .filter(step -> step.getActivityId().equals(cut.getActivityId()))
                .allMatch(step -> step.getAttempt() > cut.getAttempt()
                        && step.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED);
    }

    private List<PendingActivityInfo> pending() {
        return temporal.getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(temporal.getOptions().getNamespace())
                        .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
                        .build())
                .getPendingActivitiesList();
    }

    private boolean hasEnded() throws IOException, InterruptedException {
        return here.view(jobId).path("phase").asText().equals("ENDED");
    }

    private Set<String> reasons() {
        return temporal.fetchHistory(workflow).getEvents().stream()
                .filter(HistoryEvent::hasActivityTaskStartedEventAttributes)
                .map(HistoryEvent::getActivityTaskStartedEventAttributes)
                .filter(started -> started.getAttempt() > 1)
                .map(started -> started.getLastFailure().hasTimeoutFailureInfo()
                        ? "silence"
                        : started.getLastFailure().getApplicationFailureInfo().getType())
                .collect(Collectors.toSet());
    }
}

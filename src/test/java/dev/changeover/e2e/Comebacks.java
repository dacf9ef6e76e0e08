package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.PersistentClients;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * An upgrade in which agents are ended by kill -9, once in each step, and started again: that of whichever node is caught
 * in it. A probe is not a step: whoever asks repeats it. When in the step it happens is chance; with
 * {@code -Dkill.seed=N} it is another.
 */
final class Comebacks {
    static final List<String> STEPS =
            List.of("NodeStage", "NodeHandOver", "NodeVerify", "NodeRetire", "NodeCloseSessions");

    private static final String RETIRE = STEPS.get(3);
    private static final int SESSIONS = 15;
    private static final int TO_CLOSE = SESSIONS / Installation.NODES.size();
    private static final Duration GENEROUS = Duration.ofMinutes(5);

    /** Longer than the time-out of most steps' heartbeats, 1 min: what that brings back is measured too. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final Installation here;
    private final WorkflowClient temporal;
    private final String jobId;
    private final String workflow;
    private final Random chance = new Random(Long.getLong("kill.seed", 13));
    private final List<Comeback> comebacks = new ArrayList<>();

    /**
     * A step went on.
     *
     * @param step as Temporal calls it
     * @param starts how long the agent's process took to be ready, the JVM's start included
     * @param after from then to the step's second beginning
     */
    record Comeback(String step, String node, Duration starts, Duration after) {}

    /**
     * What has happened when the upgrade has ended.
     *
     * @param reasons why any step of any node began again
     * @param closed by an operator's order
     * @param ended sessions whose clients saw the other side end them
     */
    record Seen(List<Comeback> comebacks, Set<String> reasons, int closed, List<PersistentClients.Session> ended) {
        List<Comeback> of(String step) {
            return comebacks.stream().filter(back -> back.step().equals(step)).toList();
        }
    }

    private Comebacks(Installation here, WorkflowClient temporal, String jobId) {
        this.here = here;
        this.temporal = temporal;
        this.jobId = jobId;
        this.workflow = UpgradeWorkflow.idOf("px-1", jobId);
    }

    static Seen of(Duration soak) throws IOException, InterruptedException {
        try (var packages = new HeldPackage();
                var here = new Installation(Duration.ofHours(24), soak, packages);
                var sessions = PersistentClients.open(
                        here.addresses(), here.database.app(), SESSIONS, Duration.ofMillis(300))) {
            var upgrade = new Comebacks(here, here.temporal(), Installation.accepted(here.upgrade()));
            upgrade.killIn("NodeStage");
            packages.release();
            upgrade.killIn("NodeHandOver");
            upgrade.killIn("NodeVerify");
            var node = upgrade.killIn(RETIRE);
            var closing = CompletableFuture.supplyAsync(() -> upgrade.closeRemaining(node));
            upgrade.killIn("NodeCloseSessions");
            assertThat(closing.join()).isZero();
            await("all are closed")
                    .atMost(GENEROUS)
                    .until(() -> sessions.ended().size() >= TO_CLOSE);
            var ended = sessions.ended();
            sessions.close();
            await("the upgrade has ended").atMost(GENEROUS).ignoreExceptions().until(upgrade::hasEnded);
            return new Seen(upgrade.comebacks, upgrade.reasons(), TO_CLOSE, ended);
        }
    }

    private int closeRemaining(String node) {
        try {
            var count = String.valueOf(TO_CLOSE);
            return here.cli("close-remaining", jobId, "--node", node, "--count", count, "--reason", "to see it die");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /** The node that was caught in it. If the step has ended when the agent is dead, the next node's is waited for. */
    private String killIn(String step) throws IOException {
        while (true) {
            var node = await("a node is caught in " + step)
                    .atMost(GENEROUS)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                    .until(() -> workedOn(step), Optional::isPresent)
                    .orElseThrow();
            await("a moment in it")
                    .pollDelay(Duration.ofMillis(chance.nextInt(200)))
                    .until(() -> true);
            var agent = here.agent(node);
            agent.kill();
            var cut = givenTo(node);
            var read = (int) Files.size(agent.log());
            var began = Instant.now();
            here.startAgent(node);
            for (var each : cut) comebacks.add(back(each, node, began, read));
            if (cut.stream().anyMatch(each -> name(each).equals(step))) return node;
        }
    }

    private Comeback back(PendingActivityInfo cut, String node, Instant began, int read) {
        var goesOn = await(name(cut) + " goes on")
                .atMost(LONGEST)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> again(cut), Optional::isPresent)
                .orElseThrow();
        var ready = await(node + " is ready")
                .until(() -> ready(here.agent(node).log(), read), Optional::isPresent)
                .orElseThrow();
        return new Comeback(name(cut), node, Duration.between(began, ready), Duration.between(ready, goesOn));
    }

    /** When the agent said that it takes orders, in what it has written since. */
    private static Optional<Instant> ready(Path log, int read) throws IOException {
        var bytes = Files.readAllBytes(log);
        return new String(bytes, read, bytes.length - read, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" takes orders. "))
                .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                .findFirst();
    }

    /** The moment of its second beginning; if it has come to its end since, now. */
    private Optional<Instant> again(PendingActivityInfo cut) {
        var same = pending().stream()
                .filter(step -> step.getActivityId().equals(cut.getActivityId()))
                .toList();
        if (same.isEmpty()) return Optional.of(Instant.now());
        return same.stream()
                .filter(step -> step.getAttempt() > cut.getAttempt() && isStarted(step))
                .map(step -> Instant.ofEpochSecond(
                        step.getLastStartedTime().getSeconds(),
                        step.getLastStartedTime().getNanos()))
                .findFirst();
    }

    private Optional<String> workedOn(String step) {
        var all = pending();
        return Installation.NODES.stream()
                .filter(node -> all.stream().anyMatch(each -> name(each).equals(step) && isGivenTo(node, each)))
                .findFirst();
    }

    private List<PendingActivityInfo> givenTo(String node) {
        return pending().stream().filter(step -> isGivenTo(node, step)).toList();
    }

    /** To the newest process of the node's agent, also when that is dead. */
    private boolean isGivenTo(String node, PendingActivityInfo step) {
        var worker = "node:%s/%d@".formatted(node, here.agent(node).process().pid());
        return isStarted(step) && step.getLastWorkerIdentity().startsWith(worker);
    }

    private static boolean isStarted(PendingActivityInfo step) {
        return step.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
    }

    private static String name(PendingActivityInfo step) {
        return step.getActivityType().getName();
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

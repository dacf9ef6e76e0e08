package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Estimate;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.workflow.MemoryInventory;
import dev.changeover.upgrade.workflow.Requests;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.upgrade.workflow.SkippedTime;
import dev.changeover.window.Opening;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The door to upgrades: who asks twice, who asks too late, and what is to be seen from outside. */
class TemporalUpgradesTest {
    private static final int CALLERS = 16;
    private static final Duration AGE_LIMIT = Duration.ofHours(3);

    private final Scene scene = new SkippedTime(new UpgradeSettings(
            Duration.ZERO, AGE_LIMIT, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ZERO, 20));

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void gives_the_same_key_the_same_job_while_it_runs_and_when_it_is_over() {
        scene.nodes.keepOldSessions(true);
        var first = scene.upgrades.submit(scene.submission("key-1"));

        var meanwhile = scene.upgrades.submit(scene.submission("key-1"));
        scene.nodes.keepOldSessions(false);
        scene.outcome();
        var afterwards = scene.upgrades.submit(scene.submission("key-1"));

        assertThat(first).isInstanceOf(Admission.Admitted.class);
        assertThat(meanwhile).isEqualTo(first);
        assertThat(afterwards).isEqualTo(first);
        assertThat(scene.nodes.deeds).hasSize(15);
    }

    @Test
    void gives_the_same_key_the_same_refusal_although_the_reason_is_gone() {
        scene.inventory.mark(Scene.PROXY, Proxy.Status.ABNORMAL);
        var first = scene.upgrades.submit(scene.submission("key-1"));
        scene.inventory.mark(Scene.PROXY, Proxy.Status.NORMAL);

        var second = scene.upgrades.submit(scene.submission("key-1"));

        assertThat(first).isInstanceOf(Admission.Refused.class);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void gives_the_same_key_the_same_admission_although_a_node_refused_later() {
        scene.nodes.report("n2", new Problem(Problem.Kind.DISK_FULL, "no room"));
        var first = scene.upgrades.submit(scene.submission("key-1"));
        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);

        var second = scene.upgrades.submit(scene.submission("key-1"));

        assertThat(first).isInstanceOf(Admission.Admitted.class);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void refuses_a_key_that_came_with_another_body() {
        var other = scene.submission("key-1", KernelVersion.of("2.6.12.9"));
        scene.upgrades.submit(scene.submission("key-1"));

        assertThatThrownBy(() -> scene.upgrades.submit(other))
                .isInstanceOf(Upgrades.KeyReused.class)
                .hasMessageContaining("key-1");
    }

    /** Its first attempt at writing this was slow, and was taken up again; meanwhile it has its instance again. */
    @Test
    void gives_nothing_back_when_it_is_late_in_writing_that_it_stands_back() {
        var opening = new Opening(Instant.EPOCH, Instant.EPOCH.plusSeconds(3600));
        var waits = Progress.of(Requests.of("late"))
                .schedule(new Schedule("00:00-01:00 UTC", opening, false, false))
                .after(EventKind.STANDS_BACK);
        var event = EventKind.STANDS_BACK.lastOf(waits, Instant.EPOCH, null, "its instance is frozen");
        var records = new UpgradeRecords(scene.inventory, scene.ledger);
        var instance = waits.request().instanceId();
        scene.ledger.claim(instance, "late");
        records.write(waits, List.of(event));
        assertThat(scene.ledger.claimant(instance)).isEmpty();

        scene.ledger.claim(instance, "late");
        records.write(waits, List.of(event));

        assertThat(scene.ledger.claimant(instance)).contains("late");
    }

    /** Nobody would give back what a job had claimed of which nothing is written. */
    @Test
    void has_claimed_nothing_when_its_run_is_ended_before_its_task_is_written() throws Exception {
        scene.ledger.beGone(Integer.MAX_VALUE);
        var submission = scene.submission("key-1");
        var job = submission.jobId().orElseThrow();
        var caller = Thread.ofVirtual().start(() -> scene.upgrades.submit(submission));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> scene.ledger.writings() > 1);

        scene.client
                .newUntypedWorkflowStub(UpgradeWorkflow.idOf(Scene.PROXY, job))
                .terminate("by hand");
        caller.interrupt();
        caller.join();

        Awaitility.await().until(() -> scene.ledger.proxyClaimant(Scene.PROXY).isEmpty());
    }

    /** Its ledger was restored to a moment before it, and knows nothing of its proxy either. */
    @Test
    void refuses_in_a_sentence_the_key_of_an_upgrade_that_was_lost_and_that_an_operator_has_ended() {
        scene.nodes.keepOldSessions(true);
        var job = scene.upgrades.submit(scene.submission("key-1")).jobId();
        scene.ledger.forget(job);
        var calls = new TemporalCalls(() -> scene.client, Duration.ofMinutes(1), null);
        new LostUpgrades(calls, new MemoryInventory(), scene.ledger, scene.upgrades, scene.clock)
                .end(Scene.PROXY, job, "restored", "olga");

        for (var attempt : List.of("the client's next one", "and one more")) {
            assertThatThrownBy(() -> scene.upgrades.submit(scene.submission("key-1")))
                    .as(attempt)
                    .isInstanceOf(Upgrades.KeyReused.class)
                    .hasMessage(
                            "Idempotency-Key 'key-1' is that of job %s, which was lost and then ended by an operator; send a new key",
                            job);
        }
    }

    @Test
    void gives_callers_at_once_one_job_when_they_have_the_same_key() throws Exception {
        scene.nodes.keepOldSessions(true);

        var answers = atOnce(() -> scene.upgrades.submit(scene.submission("key-1")));

        assertThat(answers).hasSize(CALLERS).allMatch(Admission.Admitted.class::isInstance);
        assertThat(Set.copyOf(answers)).hasSize(1);
        assertThat(scene.ledger.all()).hasSize(1);
    }

    @Test
    void admits_one_of_callers_at_once_who_have_no_key() throws Exception {
        scene.nodes.keepOldSessions(true);

        var answers = atOnce(() -> scene.upgrades.submit(scene.submission(null)));

        assertThat(answers.stream().filter(Admission.Admitted.class::isInstance))
                .hasSize(1);
        assertThat(answers.stream().map(Admission::jobId).distinct()).hasSize(CALLERS);
        assertThat(scene.ledger.open()).hasSize(1);
    }

    private static List<Admission> atOnce(Callable<Admission> call) throws InterruptedException {
        var together = new CyclicBarrier(CALLERS);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = Stream.<Callable<Admission>>generate(() -> () -> {
                        together.await();
                        return call.call();
                    })
                    .limit(CALLERS)
                    .toList();
            return callers.invokeAll(calls).stream()
                    .map(TemporalUpgradesTest::answer)
                    .toList();
        }
    }

    private static Admission answer(Future<Admission> call) {
        try {
            return call.get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void refuses_a_second_upgrade_of_the_proxy_and_records_that() {
        scene.nodes.keepOldSessions(true);
        var seconds = new ArrayList<Admission>();
        scene.nodes.during("n2 handOver", () -> seconds.add(scene.upgrades.submit(scene.submission("key-2"))));
        var running = scene.submit();
        scene.await("retiring", progress -> progress.phase() == Phase.RETIRING);

        var second = seconds.getFirst();
        assertThat(second)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.blockers())
                                .singleElement()
                                .satisfies(check ->
                                        assertThat(check.blocker().code()).isEqualTo("DBS.200011"))
                                .satisfies(check -> assertThat(check.detail())
                                        .isEqualTo("job %s on proxy front is in phase NODES", running)));
        assertThat(scene.task(second.jobId()).status()).isEqualTo(Task.Status.FAILED);
        assertThat(scene.task(second.jobId()).code()).isEqualTo("DBS.200011");
        assertThat(scene.task(running).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.upgrades.submit(scene.submission("key-2"))).isEqualTo(second);
    }

    @Test
    void leaves_the_proxy_marked_as_upgrading_when_a_second_upgrade_is_refused() {
        scene.nodes.during("n2 handOver", scene::submit);
        scene.nodes.keepOldSessions(true);

        var job = scene.submit();

        scene.await("n2 was handed over", progress -> scene.nodes.deeds.contains("n2 watch"));
        assertThat(scene.ledger.all()).hasSize(2);
        assertThat(scene.task(job).status()).isIn(Task.Status.RUNNING, Task.Status.COMPLETED);
        assertThat(scene.ledger.open()).singleElement().extracting(Task::jobId).isEqualTo(job);
    }

    @Test
    void counts_the_sessions_that_would_be_closed_by_the_configured_age_limit() {
        scene.upgrades.plan(Scene.PROXY);
        assertThat(scene.nodes.ageLimits).containsExactly(AGE_LIMIT);
        scene.submit();
        scene.outcome();

        assertThat(scene.nodes.ageLimits).containsExactly(AGE_LIMIT);
    }

    @Test
    void plans_without_starting_anything_and_shows_a_node_that_does_not_answer() {
        scene.kill("n3");

        var plan = scene.upgrades.plan(Scene.PROXY);

        assertThat(plan.canUpgrade()).isFalse();
        assertThat(plan.plan().orElseThrow().nodes())
                .extracting(UpgradePlan.NodeStep::nodeId)
                .containsExactly("n2", "n3", "n1");
        assertThat(Check.failed(plan.checks())).singleElement().satisfies(check -> {
            assertThat(check.blocker()).isEqualTo(Blocker.NODE_UNREACHABLE);
            assertThat(check.detail())
                    .isEqualTo("n3: the agent of n3 has not answered on queue node:n3: see whether it runs;"
                            + " it has never told anything");
        });
        assertThat(plan.nodes())
                .hasSize(3)
                .filteredOn(sight -> sight.state() == null)
                .hasSize(1);
        assertThat(scene.nodes.asked).isEmpty();
        assertThat(scene.ledger.all()).isEmpty();
        assertThat(scene.inventory.node("n2").orElseThrow().sessions()).isEqualTo(7);
    }

    /** At three in the night a person waits for it, and wants to know since when the agent is silent. */
    @Test
    void a_plan_says_within_seconds_which_agent_is_silent_and_when_it_last_told_something() {
        try (var usual = new SkippedTime()) {
            var told = Instant.parse("2026-11-28T02:41:10.123Z");
            var silent = new Node(
                    "n3",
                    Scene.PROXY,
                    "n3",
                    Node.Role.STANDBY,
                    "az1",
                    "node:nobody",
                    ScriptedNodes.OLD,
                    Node.Status.NORMAL,
                    null,
                    told,
                    0);
            var others = Scene.nodes(2);
            usual.inventory.register(new Inventory.Fleet(
                    List.of(),
                    List.of(),
                    List.of(Scene.proxy(Scene.PROXY, List.of(others.get(0), others.get(1), silent)))));

            var plan = usual.upgrades.plan(Scene.PROXY);

            assertThat(pickupOfLooks(usual)).isNotEmpty().containsOnly(Duration.ofSeconds(5));
            assertThat(Check.failed(plan.checks()))
                    .singleElement()
                    .extracting(Check::detail)
                    .isEqualTo("n3: the agent of n3 has not answered on queue node:nobody: see whether it runs;"
                            + " the last it told is of 2026-11-28T02:41:10Z");
        }
    }

    /** The clock that skips may be anywhere by then, so the history says how long anybody would have waited. */
    private static List<Duration> pickupOfLooks(Scene scene) {
        return scene.client.fetchHistory(scene.look()).getEvents().stream()
                .filter(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                .map(event -> event.getActivityTaskScheduledEventAttributes()
                        .getScheduleToStartTimeout()
                        .getSeconds())
                .map(Duration::ofSeconds)
                .toList();
    }

    /** Its call at Temporal is given the probe at once; what takes time on a busy host is the look. */
    @Test
    void a_busy_agent_that_takes_its_time_to_look_is_not_silent() {
        try (var usual = new SkippedTime()) {
            usual.nodes.during("n3 inspect", () -> usual.skip(Duration.ofSeconds(25)));

            var plan = usual.upgrades.plan(Scene.PROXY);

            assertThat(plan.canUpgrade()).isTrue();
        }
    }

    @Test
    void advises_without_asking_any_agent() {
        scene.kill("n2");

        var advice = scene.upgrades.advice(Scene.PROXY);

        assertThat(advice.canUpgrade()).isTrue();
        assertThat(advice.target()).contains(ScriptedNodes.NEW);
        assertThat(advice.nodes()).isEmpty();
        assertThat(advice.estimate()).isEqualTo(Estimate.USUAL_HANDOVER.multipliedBy(3));
        assertThat(advice.releaseNotes())
                .singleElement()
                .satisfies(kernel -> assertThat(kernel.releaseNotes()).isEqualTo("notes of 2.6.12.4"));
    }

    @Test
    void advises_nobody_to_go_back_where_the_newest_version_was_withdrawn() {
        scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.OLD, Kernel.Lifecycle.DEFECTIVE)));
        scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.OFFLINE)));
        scene.inventory.register(List.of(Scene.kernel(KernelVersion.of("2.6.12.2"), Kernel.Lifecycle.ACTIVE)));

        var advice = scene.upgrades.advice(Scene.PROXY);

        assertThat(advice.target()).isEmpty();
        assertThat(advice.plan()).isEmpty();
        assertThat(advice.releaseNotes()).isEmpty();
        assertThat(Check.failed(advice.checks())).extracting(Check::blocker).containsExactly(Blocker.ALREADY_NEWEST);
    }

    @Test
    void writes_down_what_an_agent_found_by_itself() {
        var inspection = scene.client.newWorkflowStub(
                InspectWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId("inspect:node:n2")
                        .setTaskQueue(UpgradeWorkflow.QUEUE)
                        .build());
        scene.nodes.report("n2", new Problem(Problem.Kind.CRASH_LOOP, "it dies at once"));

        inspection.inspect(new InspectWorkflow.InspectRequest(null, scene.nodes.state("n2")));

        assertThat(scene.inventory.node("n2").orElseThrow().status()).isEqualTo(Node.Status.CRASH_LOOP);
        assertThat(scene.inventory.node("n3").orElseThrow().observedAt()).isNull();
    }

    @Test
    void shows_live_figures_of_nodes_whose_old_sessions_are_still_open() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();

        scene.await("heartbeats of all", progress -> view(job).retiring().size() == 3);

        assertThat(view(job).retiring().get("n2")).satisfies(live -> {
            assertThat(live.left()).isEqualTo(2);
            assertThat(live.closed()).isEqualTo(1);
            assertThat(live.oldestSeconds()).isEqualTo(90_000);
        });
        assertThat(view(job).task().status()).isEqualTo(Task.Status.COMPLETED);
        scene.nodes.keepOldSessions(false);
        scene.outcome();
        assertThat(view(job).retiring()).isEmpty();
        assertThat(scene.upgrades.view("no-such-job")).isEmpty();
    }

    @Test
    void closes_what_remains_by_order_on_the_nodes_that_were_meant_and_counts_it() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("heartbeats of all", progress -> view(job).retiring().size() == 3);

        var tooFew = scene.upgrades.closeRemaining(job, "n2", null, 1, "the night ends", "bob");
        var all = scene.upgrades.closeRemaining(job, "n2", null, 2, "the night ends", "bob");
        var one = scene.upgrades.closeRemaining(job, "n3", "s-7", 0, "it hangs", "bob");

        assertThat(tooFew.refusal()).isEqualTo("2 sessions remain, 1 were confirmed; nothing was closed");
        assertThat(all.noted()).as(all.refusal()).isTrue();
        assertThat(one.noted()).as(one.refusal()).isTrue();
        scene.await(
                "both orders carried out",
                progress -> scene.kinds(job).stream().filter("CLOSED"::equals).count() == 2);
        assertThat(scene.nodes.closings)
                .extracting(order -> order.node().nodeId(), CloseOrder::session, CloseOrder::confirmed)
                .containsExactlyInAnyOrder(tuple("n2", null, 2), tuple("n3", "s-7", 2));
        assertThat(scene.nodes.closings)
                .extracting(CloseOrder::id)
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        scene.nodes.keepOldSessions(false);
        scene.outcome();
        assertThat(scene.progress().nodes())
                .extracting(node -> node.node().nodeId(), NodeProgress::closedByOrder)
                .containsExactly(tuple("n2", 2), tuple("n3", 2), tuple("n1", 0));
        assertThat(scene.ledger.events(job, 0))
                .anySatisfy(event -> assertThat(event.text()).contains("the night ends"));
    }

    @Test
    void counts_what_was_closed_by_order_before_that_failed() {
        scene.nodes.keepOldSessions(true);
        scene.nodes.fail("n2 closeSessions", NodeFault.NOT_SAFE);
        var job = scene.submit();
        scene.await("heartbeats of all", progress -> view(job).retiring().size() == 3);

        scene.upgrades.closeRemaining(job, "n2", null, 2, "the night ends", "bob");
        scene.await("it failed", progress -> scene.kinds(job).contains("NOT_CLOSED"));

        assertThat(scene.node("n2").closedByOrder()).isEqualTo(1);
        assertThat(scene.ledger.events(job, 0))
                .extracting(TaskEvent::text)
                .contains("NOT_SAFE on n2: told to fail at n2 closeSessions; closed before: 1");
    }

    private UpgradeView view(String job) {
        return scene.upgrades.view(job).orElseThrow();
    }
}

package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.UpgradeRecords;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.GlobalDataConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingUpgradeTest {
    private static final KernelVersion NEWER = KernelVersion.of("2.6.12.5");

    private final Scene scene = new SkippedTime();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void upgrades_standbys_before_the_primary_and_retires_them_together() {
        var job = scene.submit();

        var outcome = scene.outcome();

        assertThat(outcome).isEqualTo(Outcome.DONE);
        var deeds = scene.nodes.deeds;
        assertThat(deeds.subList(0, 3)).containsExactlyInAnyOrder("n1 stage", "n2 stage", "n3 stage");
        assertThat(deeds.subList(3, 9))
                .containsExactly("n2 handOver", "n2 watch", "n3 handOver", "n3 watch", "n1 handOver", "n1 watch");
        assertThat(deeds.subList(9, 12)).containsExactlyInAnyOrder("n1 retire", "n2 retire", "n3 retire");
        assertThat(deeds.subList(12, 15)).containsExactlyInAnyOrder("n1 verify", "n2 verify", "n3 verify");
        assertThat(deeds).hasSize(15);
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.task(job).progress()).isEqualTo(100);
        assertThat(scene.task(job).outcome()).isEqualTo("DONE");
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.proxy().version()).isEqualTo(ScriptedNodes.NEW);
    }

    @Test
    void what_a_handover_proved_counts_though_the_looks_behind_it_saw_nothing_that_serves() {
        scene.nodes.silentAfter("n2 handOver");
        scene.nodes.silentAfter("n2 watch");
        var job = scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.nodes.deeds).contains("n2 retire", "n2 verify");
        assertThat(scene.nodes.retiredBefore("n2"))
                .describedAs("older than what this upgrade made, and no others")
                .containsExactly(2);
        assertThat(scene.task(job).outcome()).isEqualTo("DONE");
    }

    @Test
    void the_next_upgrade_begins_and_ends_while_old_sessions_of_the_one_before_last() {
        scene.nodes.keepOldSessions(true);
        var first = scene.submit();
        scene.await("sessions stay", progress -> progress.phase() == Phase.RETIRING);
        scene.inventory.register(List.of(Scene.kernel(NEWER)));
        scene.nodes.keepOldSessionsOf(2);

        var second = scene.upgrades
                .submit(scene.submission(null, ScriptedNodes.NEW, NEWER))
                .jobId();

        assertThat(scene.outcome(second)).isEqualTo(Outcome.DONE);
        assertThat(scene.task(first).outcome()).isNull();
        assertThat(scene.task(first).phase()).isEqualTo("RETIRING");
        assertThat(scene.task(second).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.proxy().version()).isEqualTo(NEWER);
        scene.nodes.keepOldSessions(false);
        assertThat(scene.outcome(first)).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.retiredBefore("n1")).containsExactly(2, 3);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.ledger.proxyClaimant(Scene.PROXY)).isEmpty();
    }

    @Test
    void tells_the_ledger_what_happened_in_order_and_without_gaps() {
        var job = scene.submit();

        scene.outcome();

        assertThat(scene.kinds(job)).containsExactlyElementsOf("""
            ADMITTED STAGING STAGED STAGED STAGED
            HANDING_OVER HANDED_OVER SERVING HANDING_OVER HANDED_OVER SERVING HANDING_OVER HANDED_OVER SERVING
            ALL_SERVE RETIRING RETIRING RETIRING RETIRED RETIRED RETIRED
            VERIFYING VERIFIED VERIFIED VERIFIED ENDED\
            """.lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList());
        assertThat(scene.ledger.events(job, 0).stream().map(TaskEvent::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 26).boxed().toList());
        assertThat(scene.ledger.events(job, 0).stream()
                        .filter(event -> event.kind().equals("HANDED_OVER"))
                        .map(TaskEvent::text))
                .containsExactly("n2 took over in 12 ms", "n3 took over in 12 ms", "n1 took over in 12 ms");
        assertThat(scene.ledger.handovers(Scene.PROXY, 10)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void nodes_whose_clocks_are_a_day_off_are_upgraded_and_recorded_at_our_time(long days) {
        var began = Instant.now();
        scene.nodes.clockAhead = Duration.ofDays(days);
        scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.proxy().version()).isEqualTo(ScriptedNodes.NEW);
        assertThat(scene.proxy().nodes())
                .allSatisfy(node -> assertThat(node.observedAt())
                        .isBetween(began.minus(Duration.ofHours(1)), began.plus(Duration.ofHours(12))));
    }

    @Test
    void serves_its_progress_and_keeps_the_same_in_the_ledger() {
        var job = scene.submit();

        scene.outcome();

        var progress = scene.progress();
        assertThat(progress.phase()).isEqualTo(Phase.ENDED);
        assertThat(progress.percent()).isEqualTo(100);
        assertThat(progress.nodes()).allSatisfy(node -> assertThat(node.step()).isEqualTo(NodeProgress.Step.VERIFIED));
        assertThat(progress.result().servingAt()).isEqualTo(scene.task(job).endedAt());
        assertThat(UpgradeRecords.read(scene.task(job).snapshot())).isEqualTo(progress);
    }

    @Test
    void can_be_found_and_read_in_temporal_itself() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("retiring", progress -> progress.phase() == Phase.RETIRING);

        var run = scene.workflow().describe();
        var details = scene.workflow()
                .query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();

        assertThat(run.getTypedSearchAttributes().get(UpgradeWorkflow.PHASE)).isEqualTo("RETIRING");
        assertThat(run.getStaticSummary()).isEqualTo("px-1: 2.6.12.3 → 2.6.12.4");
        assertThat(run.getStaticDetails()).contains("alice", "workflows-docs/upgrade.md");
        assertThat(details).contains("**2.6.12.3 → 2.6.12.4**", job, "Phase **RETIRING**", "100 %", "`n2` (standby)");
        scene.nodes.keepOldSessions(false);
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void says_in_the_history_what_each_activity_is_for() {
        scene.submit();

        scene.outcome();

        assertThat(scene.history().getEvents().stream()
                        .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                        .map(RollingUpgradeTest::summary))
                .contains("look at n2", "bring the kernel to n2", "hand over n2", "watch n2")
                .contains("retire old sessions of n2", "verify n2")
                .hasSize(6 * 3)
                .doesNotContain("");
    }

    /** What each timer is for. */
    static List<String> timers(WorkflowExecutionHistory history) {
        return history.getEvents().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_TIMER_STARTED)
                .map(RollingUpgradeTest::summary)
                .toList();
    }

    private static String summary(HistoryEvent event) {
        return String.valueOf(GlobalDataConverter.get()
                .fromPayload(event.getUserMetadata().getSummary(), String.class, String.class));
    }
}

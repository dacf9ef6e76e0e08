package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Result;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.OtherJobs;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upgrades in the maintenance window, night after night; time is skipped. */
class WindowsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration NODE = Duration.ofSeconds(75);

    private final SkippedTime scene = new SkippedTime();
    private final MaintenanceWindow window = scene.windowOpensLater();
    private final Instant opens = window.next(scene.clock.instant()).opens();
    private final Instant closes = opens.plus(Duration.ofHours(4));

    @AfterEach
    void close() {
        scene.close();
    }

    private String scheduled() {
        var job = scene.schedule();
        scene.await("it waits", progress -> progress.phase() == Phase.WAITING);
        return job;
    }

    private void skipTo(Instant instant) {
        scene.skip(Duration.between(scene.clock.instant(), instant));
    }

    @Test
    void fetches_the_kernel_half_an_hour_before_the_opening_and_begins_at_it() {
        var job = scheduled();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "STAGING")).isBetween(opens.minusSeconds(1800), opens.minusSeconds(1790));
        assertThat(scene.at(job, "BEGUN")).isBetween(opens, opens.plusSeconds(10));
        assertThat(scene.nodes.deeds.subList(3, 9))
                .containsExactly("n2 handOver", "n2 watch", "n3 handOver", "n3 watch", "n1 handOver", "n1 watch");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.task(job).kind()).isEqualTo(Task.Kind.SCHEDULED);
    }

    @Test
    void changes_nothing_about_the_proxy_before_the_opening() {
        var job = scheduled();

        assertThat(scene.task(job).status()).isEqualTo(Task.Status.PENDING);
        assertThat(scene.task(job).plannedStart()).isEqualTo(opens);
        assertThat(scene.task(job).plannedEnd()).isEqualTo(closes);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.nodes.asked).isEmpty();
        scene.nodes.during("n2 handOver", () -> {
            assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.UPGRADING);
            assertThat(scene.task(job).status()).isEqualTo(Task.Status.RUNNING);
        });
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
    }

    @Test
    void shows_in_temporal_what_it_waits_for_and_until_when() {
        scheduled();

        var details = scene.workflow()
                .query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();

        assertThat(details)
                .contains("Phase **WAITING**", "the nodes fetch the kernel at " + opens.minusSeconds(1800))
                .contains("Maintenance window %s: %s to %s".formatted(window, opens, closes));
        assertThat(scene.workflow().describe().getTypedSearchAttributes().get(UpgradeWorkflow.PHASE))
                .isEqualTo("WAITING");
        assertThat(RollingUpgradeTest.timers(scene.history()))
                .containsExactly("until %s: the nodes fetch the kernel".formatted(opens.minusSeconds(1800)));
    }

    @Test
    void goes_on_in_the_next_window_with_the_nodes_that_would_not_finish_in_this_one() {
        scene.nodes.fail("n2 watch", NodeFault.SOAK_FAILED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.minus(NODE).plusSeconds(5));
        scene.nodes.mend("n2 watch");
        scene.say(Command.RETRY, job);
        scene.await("the rest waits", progress -> progress.phase() == Phase.WAITING);

        var tomorrow = Objects.requireNonNull(scene.progress().schedule()).opening();
        assertThat(tomorrow.opens()).isEqualTo(opens.plus(DAY));
        assertThat(scene.task(job).plannedStart()).isEqualTo(opens.plus(DAY));
        assertThat(scene.progress().percent()).isEqualTo(33);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.UPGRADING);
        assertThat(scene.say(Command.CANCEL, job).refusal()).contains("no way back");
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "HANDED_OVER"))
                .isBetween(opens.plus(DAY), opens.plus(DAY).plusSeconds(60));
        assertThat(scene.kinds(job))
                .containsSubsequence("SERVING", "POSTPONED", "WAITING", "HANDING_OVER", "ALL_SERVE");
        assertThat(scene.nodes.deeds.stream().filter(deed -> deed.endsWith(" handOver")))
                .containsExactly("n2 handOver", "n3 handOver", "n1 handOver");
    }

    @Test
    void looks_at_untouched_nodes_again_in_the_next_window_and_at_no_others() {
        scene.nodes.fail("n2 watch", NodeFault.SOAK_FAILED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.minusSeconds(30));
        scene.nodes.mend("n2 watch");
        scene.say(Command.RETRY, job);
        scene.await("the rest waits", progress -> progress.phase() == Phase.WAITING);
        scene.nodes.report("n2", new Problem(Problem.Kind.DISK_FULL, "of no interest any more"));
        scene.nodes.report("n3", new Problem(Problem.Kind.DISK_FULL, "no room"));
        skipTo(closes.plus(DAY));

        scene.await(
                "it goes on to the night after",
                progress -> opens.plus(DAY.multipliedBy(2))
                        .equals(Objects.requireNonNull(progress.schedule())
                                .opening()
                                .opens()));
        scene.nodes.heal("n3");

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.ledger.events(job, 0).stream()
                        .filter(event -> event.kind().equals("POSTPONED"))
                        .toList()
                        .getLast()
                        .text())
                .contains("DISK_FULL", "no room")
                .doesNotContain("of no interest");
        assertThat(scene.at(job, "ALL_SERVE")).isAfter(opens.plus(DAY.multipliedBy(2)));
    }

    @Test
    void tries_a_held_handover_again_in_the_window_only() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.plusSeconds(3600));
        scene.nodes.mend("n2 handOver");

        assertThat(scene.say(Command.RETRY, job).noted()).isTrue();

        scene.await("it waits", progress -> progress.phase() == Phase.WAITING);
        assertThat(scene.nodes.deeds).doesNotContain("n2 handOver");
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "ALL_SERVE")).isAfter(opens.plus(DAY));
    }

    /** Later upgrades are planned by it, and would fit into no window. */
    @Test
    void leaves_the_wait_for_the_next_opening_out_of_what_a_handover_took() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.plusSeconds(3600));
        scene.nodes.mend("n2 handOver");
        scene.say(Command.RETRY, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.ledger.handovers(Scene.PROXY, 60))
                .isNotEmpty()
                .allSatisfy(took -> assertThat(took).isLessThan(Duration.ofHours(1)));
    }

    @Test
    void is_at_its_nodes_again_when_a_held_handover_is_tried_again_in_the_next_window() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.plusSeconds(3600));
        scene.nodes.mend("n2 handOver");
        var during = new AtomicReference<Phase>();
        scene.nodes.during("n2 handOver", () -> during.set(scene.progress().phase()));

        scene.say(Command.RETRY, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(during).hasValue(Phase.NODES);
    }

    /** The opening that its campaign chose was longer than the window is now. */
    @Test
    void holds_again_when_no_window_is_long_enough_for_a_handover_that_is_tried_again() {
        try (var slow = new SkippedTime(new UpgradeSettings(
                Duration.ofMinutes(70),
                Duration.ofHours(24),
                Duration.ofSeconds(1),
                Duration.ofMinutes(2),
                Duration.ZERO,
                20))) {
            var hour = slow.clock.instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(3));
            var start = hour.atOffset(ZoneOffset.UTC).toLocalTime();
            slow.inventory.setWindow(
                    Scene.INSTANCE, new MaintenanceWindow(start, start.plusHours(1), ZoneId.of("UTC")));
            var asked = slow.submission("campaign:1");
            var opening = new Opening(hour, hour.plus(Duration.ofHours(4)));
            slow.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
            var job = slow.upgrades
                    .submit(new Submission(
                            asked.projectId(),
                            asked.instanceId(),
                            asked.proxyId(),
                            asked.source(),
                            asked.target(),
                            true,
                            asked.key(),
                            asked.fingerprint(),
                            asked.requester(),
                            false,
                            opening))
                    .jobId();
            slow.await("it waits", progress -> progress.phase() == Phase.WAITING);
            slow.skip(Duration.between(slow.clock.instant(), hour));
            slow.awaitHeld("n2");
            slow.skip(Duration.ofHours(5));
            slow.nodes.mend("n2 handOver");

            slow.say(Command.RETRY, job);

            slow.await("it is looked for an opening", progress -> {
                var node = progress.of("n2");
                return node.step() == Step.SKIPPED
                        || String.valueOf(node.held()).contains("longer than the window");
            });
            assertThat(slow.node("n2").step()).as("nobody has said skip").isNotEqualTo(Step.SKIPPED);
            slow.say(Command.RETRY, job);
            slow.await("it is held again", progress -> Scene.held(progress).contains("n2"));
            slow.say(Command.START_NOW, job);
            slow.say(Command.RETRY, job);
            assertThat(slow.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void goes_on_the_next_day_once_the_end_that_its_owner_chose_has_passed() {
        scene.nodes.fail("n2 watch", NodeFault.SOAK_FAILED);
        var job = scheduled();
        var end = opens.plusSeconds(600);
        assertThat(scene.upgrades
                        .reschedule(job, opens.plusSeconds(60), end, "a short break", "alice")
                        .noted())
                .isTrue();
        skipTo(opens.plusSeconds(60));
        scene.awaitHeld("n2");
        skipTo(end.minusSeconds(10));
        scene.nodes.mend("n2 watch");

        scene.say(Command.RETRY, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.ledger.events(job, 0).stream()
                        .filter(event -> event.kind().equals("HANDING_OVER"))
                        .skip(1)
                        .toList())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.at()).isAfterOrEqualTo(opens.plus(DAY)));
    }

    @Test
    void is_being_changed_as_soon_as_its_opening_has_come() {
        var job = scheduled();
        var seen = new AtomicReference<Proxy.Status>();
        scene.nodes.during("n2 inspect", () -> seen.set(scene.proxy().status()));

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(seen).as("its instance is claimed").hasValue(Proxy.Status.UPGRADING);
        assertThat(scene.at(job, "BEGUN")).isAfterOrEqualTo(opens);
    }

    /** Else a server that is killed in between keeps a place in the budgets for nobody. */
    @Test
    void gives_its_place_back_in_the_transaction_that_says_so() {
        var together = new ArrayList<Boolean>();
        scene.places.whenOneStandsBack(() -> together.add(scene.ledger.isTogether()));
        scheduled();
        scene.nodes.report("n3", new Problem(Problem.Kind.DISK_FULL, "no room"));
        skipTo(opens.plusSeconds(1));
        scene.await("it stands back", progress -> progress.next().contains("no room"));
        scene.nodes.heal("n3");

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(together).isNotEmpty().containsOnly(true);
    }

    @Test
    void tries_a_held_handover_again_at_once_when_somebody_says_start_now() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scheduled();
        skipTo(opens);
        scene.awaitHeld("n2");
        skipTo(closes.plusSeconds(3600));
        scene.nodes.mend("n2 handOver");

        scene.say(Command.RETRY, job);
        scene.await("it waits", progress -> progress.phase() == Phase.WAITING);
        assertThat(scene.say(Command.START_NOW, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "ALL_SERVE")).isBefore(opens.plus(DAY));
    }

    @Test
    void lets_sessions_be_closed_in_the_windows_only() {
        var job = scheduled();

        scene.outcome();

        var openings = Objects.requireNonNull(scene.nodes.retirements.get("n1")).openings();
        assertThat(openings).hasSize(60);
        assertThat(openings.getFirst().from()).isEqualTo(opens);
        assertThat(openings.get(1).from()).isEqualTo(opens.plus(DAY));
        assertThat(openings)
                .allSatisfy(opening -> assertThat(Duration.between(opening.from(), opening.to()))
                        .isEqualTo(Duration.ofHours(4)));
        assertThat(scene.kinds(job)).contains("RETIRED");
    }

    @Test
    void still_closes_sessions_in_the_windows_only_when_somebody_says_start_now() {
        var job = scheduled();
        scene.say(Command.START_NOW, job);

        scene.outcome();

        assertThat(Objects.requireNonNull(scene.nodes.retirements.get("n1"))
                        .openings()
                        .getFirst()
                        .from())
                .isEqualTo(opens);
        assertThat(scene.at(job, "ALL_SERVE")).isBefore(opens);
        assertThat(scene.ledger.events(job, 0)).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo("BEGUN");
            assertThat(event.text()).contains("started now");
        });
    }

    @Test
    void lets_an_upgrade_upon_submission_close_sessions_at_any_time() {
        scene.submit();

        scene.outcome();

        assertThat(Objects.requireNonNull(scene.nodes.retirements.get("n1")).openings())
                .isEmpty();
    }

    @Test
    void is_cancelled_while_it_waits_and_has_not_failed() {
        var job = scheduled();

        assertThat(scene.say(Command.CANCEL, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.CANCELED);
        assertThat(scene.task(job).failReason()).isEmpty();
        assertThat(scene.task(job).endedAt()).isNotNull();
        assertThat(scene.nodes.asked).isEmpty();
        assertThat(scene.say(Command.START_NOW, job).refusal()).isEqualTo("the upgrade has ended");
    }

    @Test
    void is_cancelled_by_a_cancellation_from_outside() {
        var job = scheduled();

        scene.workflow().cancel();

        assertThatThrownBy(scene::outcome).isNotNull();
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.CANCELED);
    }

    @Test
    void waits_for_another_opening_after_reschedule_and_takes_the_window_as_it_is_then() {
        var job = scheduled();
        var later = scene.windowIsOpen();
        assertThat(scene.task(job).plannedStart()).isEqualTo(opens);
        var start = scene.clock.instant().plusSeconds(900);

        assertThat(scene.upgrades.reschedule(job, start, "because", "bob").noted())
                .isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isBetween(start, start.plusSeconds(10));
        assertThat(scene.progress().schedule())
                .satisfies(schedule ->
                        assertThat(Objects.requireNonNull(schedule).window()).isEqualTo(later.toString()));
        assertThat(scene.task(job).plannedStart()).isEqualTo(start);
    }

    @Test
    void goes_to_the_next_opening_when_it_is_rescheduled_without_a_time() {
        var job = scheduled();

        scene.upgrades.reschedule(job, null, "because", "bob");

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isBetween(opens, opens.plusSeconds(10));
    }

    @Test
    void refuses_to_begin_in_the_past_outside_of_the_window_or_too_late_in_it() {
        var job = scheduled();
        var before = scene.progress();

        assertThatThrownBy(() ->
                        scene.upgrades.reschedule(job, scene.clock.instant().minusSeconds(1), "r", "bob"))
                .isInstanceOf(Upgrades.WrongStart.class)
                .hasMessageContaining("has passed");
        assertThatThrownBy(() -> scene.upgrades.reschedule(job, closes, "r", "bob"))
                .isInstanceOf(Upgrades.WrongStart.class)
                .hasMessageContaining("opens next at " + opens.plus(DAY));
        assertThatThrownBy(() -> scene.upgrades.reschedule(job, closes.minusSeconds(74), "r", "bob"))
                .isInstanceOf(Upgrades.WrongStart.class)
                .hasMessageContaining("too late for the opening until " + closes);
        assertThat(scene.progress()).isEqualTo(before);
    }

    @Test
    void does_not_move_when_the_owner_chooses_another_window() {
        var job = scheduled();

        scene.windowIsOpen();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isBetween(opens, opens.plusSeconds(10));
    }

    @Test
    void begins_at_once_in_an_open_window_where_the_first_node_fits() {
        scene.windowIsOpen();
        var job = scene.schedule();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "ALL_SERVE")).isBefore(opens);
    }

    /** REQUIREMENTS S22. */
    @Test
    void goes_to_the_newest_version_when_its_target_was_withdrawn() {
        var newer = KernelVersion.of("2.6.12.9");
        var job = scheduled();
        scene.inventory.register(
                List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE), Scene.kernel(newer)));

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.proxy().version()).isEqualTo(newer);
        assertThat(scene.task(job).targetVersion()).isEqualTo("2.6.12.9");
        assertThat(scene.kinds(job)).containsSubsequence("BEGUN", "RETARGETED", "STAGING", "STAGED", "HANDING_OVER");
        assertThat(scene.nodes.deeds.stream().filter(deed -> deed.equals("n2 stage")))
                .hasSize(2);
    }

    @Test
    void keeps_its_target_when_there_is_a_newer_one_or_it_is_only_risky() {
        scheduled();
        scene.inventory.register(List.of(
                Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.RISKY), Scene.kernel(KernelVersion.of("2.6.12.9"))));

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.proxy().version()).isEqualTo(ScriptedNodes.NEW);
    }

    @Test
    void fails_when_its_target_was_withdrawn_and_nothing_takes_its_place() {
        var job = scheduled();
        scene.inventory.register(List.of(
                Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.OFFLINE),
                Scene.kernel(ScriptedNodes.OLD, Kernel.Lifecycle.EXPIRED)));

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(scene.task(job).failReason()).contains("withdrawn", "2.6.12.4");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
    }

    @Test
    void fails_when_its_proxy_has_got_another_node_while_it_waited() {
        var job = scheduled();
        var nodes = new ArrayList<>(scene.proxy().nodes());
        nodes.add(Scene.node("n4", Node.Role.STANDBY, ScriptedNodes.OLD));
        scene.inventory.register(new Inventory.Fleet(List.of(), List.of(), List.of(Scene.proxy(Scene.PROXY, nodes))));

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(scene.task(job).failReason())
                .isEqualTo(
                        "the nodes to upgrade are not those that were planned; submit it again: n4 is not in the plan");
        assertThat(scene.nodes.deeds).noneMatch(deed -> deed.endsWith(" handOver"));
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
    }

    @Test
    void fails_when_its_proxy_has_lost_a_node_while_it_waited() {
        var job = scheduled();
        takeAway("n2");

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(scene.task(job).failReason())
                .isEqualTo(
                        "the nodes to upgrade are not those that were planned; submit it again: the proxy has no n2");
        assertThat(scene.ledger.events(job, 0)).extracting(TaskEvent::kind).doesNotContain("HELD");
        assertThat(scene.nodes.deeds).noneMatch(deed -> deed.endsWith(" handOver"));
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
    }

    private void takeAway(String nodeId) {
        var nodes = scene.proxy().nodes().stream()
                .filter(node -> !node.id().equals(nodeId))
                .toList();
        scene.inventory.register(new Inventory.Fleet(List.of(), List.of(), List.of(Scene.proxy(Scene.PROXY, nodes))));
    }

    @Test
    void holds_at_a_node_that_its_proxy_loses_after_the_first_handover_and_goes_on_without_it_when_it_is_skipped() {
        scene.nodes.during("n2 watch", () -> takeAway("n3"));
        var job = scheduled();
        skipTo(opens.plusSeconds(60));

        assertThat(scene.awaitHeld("n3")).startsWith("NODE_GONE on n3: node n3 is none of proxy");

        scene.say(Command.SKIP, job, "n3");
        assertThat(scene.outcome()).isEqualTo(Outcome.MIXED);
        assertThat(scene.task(job).failReason()).startsWith("skipped: n3");
        assertThat(scene.node("n1").runs()).isEqualTo(ScriptedNodes.NEW);
    }

    @Test
    void holds_when_its_target_is_withdrawn_after_the_first_handover() {
        scene.nodes.during(
                "n2 watch",
                () -> scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE))));
        var job = scheduled();
        skipTo(opens.plusSeconds(10));

        assertThat(scene.awaitHeld("n3")).contains("withdrawn");

        scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW)));
        scene.say(Command.RETRY, job);
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void begins_when_what_stood_in_its_way_at_the_opening_has_passed() {
        var job = scheduled();
        freeze(Instance.Status.FROZEN);
        skipTo(opens.plusSeconds(600));
        scene.await("it stands back", progress -> progress.next().contains("frozen"));
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.PENDING);
        freeze(Instance.Status.NORMAL);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "BEGUN")).isBetween(opens.plusSeconds(600), closes);
        assertThat(scene.kinds(job)).containsSubsequence("STANDS_BACK", "BEGUN").doesNotContain("POSTPONED");
    }

    @Test
    void asks_an_agent_again_in_the_opening_and_begins_when_it_has_nothing_against_it_any_more() {
        var job = scheduled();
        scene.nodes.report("n3", new Problem(Problem.Kind.DISK_FULL, "no room"));
        skipTo(opens.plusSeconds(1));
        scene.await("it stands back", progress -> progress.next().contains("no room"));
        assertThat(scene.proxy().status())
                .as("its instance is another's meanwhile")
                .isEqualTo(Proxy.Status.NORMAL);
        // After one, two and four minutes more.
        skipTo(opens.plusSeconds(8 * 60));
        scene.await("it was looked at again", progress -> looks() >= 4);
        scene.nodes.heal("n3");

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "BEGUN")).isBetween(opens.plusSeconds(8 * 60), opens.plusSeconds(16 * 60));
        assertThat(scene.kinds(job))
                .as("owners and operators read each once")
                .containsOnlyOnce("STANDS_BACK", "BEGUN")
                .doesNotContain("POSTPONED");
        assertThat(scene.nodes.deeds)
                .filteredOn(deed -> deed.equals("n3 handOver"))
                .hasSize(1);
    }

    private long looks() {
        return scene.history().getEvents().stream()
                .filter(event -> event.hasChildWorkflowExecutionCompletedEventAttributes())
                .count();
    }

    @Test
    void waits_for_the_next_window_when_something_stands_in_its_way_until_it_is_too_late() {
        var job = scheduled();
        freeze(Instance.Status.FROZEN);
        skipTo(closes);
        scene.await(
                "tomorrow", progress -> progress.next().contains(opens.plus(DAY).toString()));
        freeze(Instance.Status.NORMAL);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "BEGUN"))
                .isBetween(opens.plus(DAY), opens.plus(DAY).plusSeconds(10));
        assertThat(scene.kinds(job)).containsSubsequence("STANDS_BACK", "POSTPONED", "BEGUN");
    }

    @Test
    void is_cancelled_while_it_stands_back() {
        var job = scheduled();
        freeze(Instance.Status.FROZEN);
        skipTo(opens.plusSeconds(60));
        scene.await("it stands back", progress -> progress.next().contains("frozen"));

        assertThat(scene.say(Command.CANCEL, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
    }

    private void freeze(Instance.Status status) {
        var known = scene.inventory.instance(Scene.INSTANCE).orElseThrow();
        scene.inventory.register(new Inventory.Fleet(
                List.of(new Project(Scene.PROJECT, "shop", "eu-de")),
                List.of(new Instance(known.id(), known.projectId(), known.name(), status, known.window())),
                List.of()));
    }

    @Test
    void queues_behind_another_upgrade_of_the_same_instance() {
        var job = scheduled();
        var other = Scene.proxy(
                "px-2",
                List.of(
                        Scene.node("px-2", "m1", Node.Role.PRIMARY, ScriptedNodes.OLD),
                        Scene.node("px-2", "m2", Node.Role.STANDBY, ScriptedNodes.OLD)));
        scene.inventory.register(new Inventory.Fleet(List.of(), List.of(), List.of(other)));
        var others = new OtherJobs(scene.inventory, scene.ledger);
        others.admitted(Progress.of(Requests.of("job-2", "px-2")));
        skipTo(opens.plusSeconds(60));
        scene.await("it stands back", progress -> progress.next().contains("job job-2"));

        scene.ledger.release("job-2");
        var first = Progress.of(Requests.of("job-2", "px-2"));
        others.is(first.result(Result.OPEN.serving(opens)).at(Phase.RETIRING, ""));

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isBetween(opens.plusSeconds(60), closes);
    }

    @Test
    void waits_for_its_turn_while_as_many_upgrades_run_as_may() {
        try (var full = new SkippedTime(new UpgradeSettings(
                Duration.ZERO, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ZERO, 2))) {
            full.windowOpensLater();
            full.ledger.claim("in-7", "job-7");
            full.ledger.claim("in-8", "job-8");
            var job = full.schedule();
            full.await("it waits", progress -> progress.phase() == Phase.WAITING);
            full.skip(Duration.ofHours(3));
            full.await("its turn", progress -> progress.next().contains("2 run or are held, 0 wait longer"));
            full.ledger.release("job-7");

            assertThat(full.outcome()).isEqualTo(Outcome.DONE);

            assertThat(full.kinds(job))
                    .containsSubsequence("STANDS_BACK", "BEGUN")
                    .doesNotContain("POSTPONED");
            assertThat(full.ledger.claims()).isEqualTo(1);
        }
    }

    /** It was started while it was paused, and its place was given to another until it was resumed. */
    @Test
    void waits_for_a_place_when_it_is_to_begin_now_and_none_is_free() {
        var job = scheduled();
        scene.say(Command.PAUSE, job);
        assertThat(scene.say(Command.START_NOW, job).noted()).isTrue();
        scene.places.full("the campaign is PAUSED");
        scene.say(Command.RESUME, job);
        scene.await("it waits for a place", progress -> progress.next().contains("the campaign is PAUSED"));
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.PENDING);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);

        scene.places.full(null);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "ALL_SERVE")).isBefore(opens);
        assertThat(scene.kinds(job)).containsOnlyOnce("STANDS_BACK", "BEGUN").doesNotContain("POSTPONED");
    }

    @Test
    void is_cancelled_while_it_waits_for_a_place() {
        var job = scheduled();
        scene.places.full("the campaign is HALTED");
        scene.say(Command.START_NOW, job);
        scene.await("it waits for a place", progress -> progress.next().contains("the campaign is HALTED"));

        assertThat(scene.say(Command.CANCEL, job).noted()).isTrue();

        assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void is_rescheduled_while_it_stands_back() {
        var job = scheduled();
        freeze(Instance.Status.FROZEN);
        skipTo(opens.plusSeconds(60));
        scene.await("it stands back", progress -> progress.next().contains("frozen"));
        scene.upgrades.reschedule(job, opens.plus(DAY).plusSeconds(600), "because", "bob");
        freeze(Instance.Status.NORMAL);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

        assertThat(scene.at(job, "BEGUN"))
                .isBetween(opens.plus(DAY).plusSeconds(600), opens.plus(DAY).plusSeconds(620));
        assertThat(scene.kinds(job)).doesNotContain("POSTPONED");
    }

    @Test
    void holds_with_the_reason_when_no_window_is_ever_long_enough() {
        try (var slow = new SkippedTime(new UpgradeSettings(
                Duration.ofHours(5),
                Duration.ofHours(24),
                Duration.ofSeconds(1),
                Duration.ofMinutes(2),
                Duration.ZERO,
                20))) {
            slow.windowOpensLater();
            var job = slow.schedule();
            slow.await("it waits", progress -> progress.phase() == Phase.WAITING);
            slow.skip(Duration.ofHours(4));

            assertThat(slow.awaitHeld("n2")).contains("300 min, longer than the window");

            slow.say(Command.START_NOW, job);
            assertThat(slow.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void waits_out_a_pause_at_the_opening() {
        var job = scheduled();
        scene.say(Command.PAUSE, job);
        skipTo(opens.plusSeconds(7200));
        assertThat(scene.nodes.deeds).allMatch(deed -> deed.endsWith(" stage"));

        scene.say(Command.RESUME, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN")).isBetween(opens.plusSeconds(7200), closes);
    }

    @Test
    void waits_for_the_next_window_when_a_pause_outlasts_this_one() {
        var job = scheduled();
        scene.say(Command.PAUSE, job);
        skipTo(closes.plusSeconds(60));

        scene.say(Command.RESUME, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.at(job, "BEGUN"))
                .isBetween(opens.plus(DAY), opens.plus(DAY).plusSeconds(10));
    }

    @Test
    void estimates_by_what_the_proxys_earlier_handovers_took() {
        scene.submit();
        scene.outcome();
        scene.inventory.register(List.of(Scene.kernel(KernelVersion.of("2.6.12.9"))));

        var advice = scene.upgrades.advice(Scene.PROXY);

        // The scripted handovers take no time beside their soak of a minute.
        assertThat(advice.estimate()).isBetween(Duration.ofSeconds(3 * 60), Duration.ofSeconds(3 * 70));
    }

    @Test
    void ends_the_same_when_every_activity_runs_twice() {
        try (var twice = new SkippedTime(Twice.inTwoAttempts())) {
            twice.windowOpensLater();
            var job = twice.schedule();

            assertThat(twice.outcome()).isEqualTo(Outcome.DONE);
            assertThat(twice.task(job).status()).isEqualTo(Task.Status.COMPLETED);
            assertThat(twice.ledger.claimant(Scene.INSTANCE)).isEmpty();
        }
    }
}

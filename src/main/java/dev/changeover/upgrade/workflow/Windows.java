package dev.changeover.upgrade.workflow;

import static java.time.temporal.ChronoUnit.DAYS;

import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.workflow.Leave.Go;
import dev.changeover.upgrade.workflow.Leave.Held;
import dev.changeover.upgrade.workflow.Leave.Stopped;
import dev.changeover.window.Opening;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a scheduled upgrade within its maintenance window; one upon submission passes everything here at once. All
 * waiting ends early when somebody says start now, reschedule, cancel or stop.
 */
final class Windows {
    /** Among so many openings one is as long as the window says, whatever clocks do. */
    private static final int A_WEEK = 7;

    /** As many as a retirement can last days. */
    private static final int OPENINGS_OF_A_RETIREMENT = 60;

    private static final Duration TWO_DAYS = Duration.ofDays(2);

    /** How often it is looked whether something has passed; its tries are no events in the history. */
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    /** After so long an agent is asked again; then after twice as long, up to half an hour. */
    private static final Duration FIRST_LOOK = Duration.ofMinutes(1);

    private static final int LONGEST_PAUSE = 5;

    private final UpgradeActivities central =
            Workflow.newLocalActivityStub(UpgradeActivities.class, LedgerWriter.LEDGER);
    private final Journal journal;

    /** Which opening agents were asked in, and how often again. */
    private @Nullable Opening looksOf;

    private int looks;

    Windows(Journal journal) {
        this.journal = journal;
    }

    private Progress progress() {
        return journal.progress();
    }

    /** Waits until the kernel may be brought to the nodes: some time before the opening. */
    void awaitStaging() {
        var ahead = progress().request().settings().stageAhead();
        await(schedule -> schedule.opening().opens().minus(ahead), "the nodes fetch the kernel");
    }

    /** Waits until nobody wants the upgrade paused, or it ends instead. */
    void awaitResume() {
        while (progress().paused() && !progress().ending()) {
            journal.flush();
            Workflow.await(() -> !progress().paused() || progress().ending() || journal.urgent());
        }
    }

    /** Whether the node would finish in an open window if it began now. */
    boolean allow(NodeStep node) {
        var schedule = progress().schedule();
        return schedule == null || schedule.allows(Journal.now(), node.estimate());
    }

    /** Waits until the node may begin; held when no opening is ever long enough. */
    Leave awaitOpening(NodeStep node) {
        while (!progress().ending() && !allow(node)) {
            if (isOverFor(node) && !postpone(node, "%s would not finish in it".formatted(node.name()))) {
                return progress().ending() ? new Stopped() : neverFits(node);
            }
            await(schedule -> schedule.opening().opens(), "%s begins".formatted(node.name()));
        }
        return progress().ending() ? new Stopped() : new Go();
    }

    private Held neverFits(NodeStep node) {
        return new Held(
                "%s is estimated to take %d min, longer than the window %s"
                        .formatted(
                                node.name(),
                                node.estimate().toMinutes(),
                                scheduled().window()),
                scheduled());
    }

    /** The openings in which a retirement may close sessions; none for an upgrade upon submission, which needs none. */
    List<Opening> ofRetirement() {
        var schedule = progress().schedule();
        return schedule == null
                ? List.of()
                : central.openings(schedule.window(), Journal.now(), OPENINGS_OF_A_RETIREMENT);
    }

    /** Lets pass what may pass until the node would be too late in this opening; one that is to begin now has no such time. */
    void standBack(NodeStep node, List<Check> blockers) {
        var latest = scheduled().lifted() ? Journal.now().truncatedTo(DAYS).plus(TWO_DAYS) : latestStart(node);
        var left = Duration.between(Journal.now(), latest);
        var ledgerKnows = blockers.stream().allMatch(Windows::passesWithTime);
        if (left.isPositive() && (ledgerKnows || looksAgain())) {
            journal.ofWindow().standsBack(blockers, latest);
            var before = scheduled();
            var passed = ledgerKnows
                    ? watched(() -> slot(left).awaitSlot(progress()), () -> isOfNoUse(before))
                    : untilNextLook(left, before);
            if (passed || isOfNoUse(before)) {
                return;
            }
        }
        if (!scheduled().lifted()) postpone(node, Check.sentences(blockers));
    }

    /**
     * An agent knows whether it has passed, and is asked ever less often: at first it may be restarting, later its host is
     * down, and every look is in the history. Gives whether there is time for another one.
     */
    private boolean untilNextLook(Duration left, Schedule before) {
        looks = before.opening().equals(looksOf) ? looks + 1 : 0;
        looksOf = before.opening();
        var pause = FIRST_LOOK.multipliedBy(1L << Math.min(looks, LONGEST_PAUSE));
        var isLast = pause.compareTo(left) >= 0;
        var timer = TimerOptions.newBuilder()
                .setSummary("until the agents are asked again")
                .build();
        watched(() -> Workflow.newTimer(isLast ? left : pause, timer).get(), () -> isOfNoUse(before));
        return !isLast;
    }

    /** Upgrades that were begun by a release before this rule go on without it. */
    static boolean looksAgain() {
        return Workflow.getVersion("agents are asked again in the opening", Workflow.DEFAULT_VERSION, 1) == 1;
    }

    private static boolean passesWithTime(Check check) {
        return check.blocker().recovery() == Blocker.Recovery.TRANSIENT;
    }

    private boolean isOfNoUse(Schedule before) {
        return progress().ending() || progress().paused() || !before.equals(scheduled());
    }

    private UpgradeActivities slot(Duration left) {
        return Workflow.newActivityStub(
                UpgradeActivities.class,
                ActivityOptions.newBuilder()
                        .setScheduleToCloseTimeout(left)
                        // A try only looks: a server that ends in the midst of it is noticed.
                        .setStartToCloseTimeout(BETWEEN_LOOKS.multipliedBy(3))
                        // It only looks: nobody has to tell it that nobody listens any more.
                        .setCancellationType(ActivityCancellationType.ABANDON)
                        .setRetryOptions(RetryOptions.newBuilder()
                                .setInitialInterval(BETWEEN_LOOKS)
                                .setBackoffCoefficient(1)
                                .build())
                        .setSummary("wait its turn")
                        .build());
    }

    /** Goes on to the next opening that is long enough; false when there is none. */
    private boolean postpone(NodeStep node, String reason) {
        var before = scheduled();
        // Where its owner had chosen an earlier end, the first one is the rest of the same window.
        var next = central.openings(before.window(), before.opening().closes(), 1 + A_WEEK).stream()
                .filter(opening -> !opening.opens().isBefore(before.opening().closes())
                        || Workflow.getVersion("a chosen end is kept", Workflow.DEFAULT_VERSION, 1) != 1)
                .filter(opening -> opening.fits(opening.opens(), node.estimate()))
                .findFirst();
        var isMoved = !before.equals(scheduled()); // by somebody, meanwhile
        if (!isMoved) next.ifPresent(opening -> journal.ofWindow().postponed(before, opening, reason));
        return next.isPresent();
    }

    private boolean isOverFor(NodeStep node) {
        var latest = latestStart(node);
        return Journal.now().isAfter(latest) || scheduled().opening().opens().isAfter(latest);
    }

    private Instant latestStart(NodeStep node) {
        return scheduled().opening().closes().minus(node.estimate());
    }

    private Schedule scheduled() {
        return Objects.requireNonNull(progress().schedule());
    }

    private void await(Function<Schedule, Instant> when, String what) {
        for (var due = due(when); due.isPresent(); due = due(when)) {
            var until = due;
            var at = due.get();
            journal.ofWindow().waits(what, at);
            var timer = TimerOptions.newBuilder()
                    .setSummary("until %s: %s".formatted(at, what))
                    .build();
            watched(
                    () -> Workflow.newTimer(Duration.between(Journal.now(), at), timer)
                            .get(),
                    () -> !until.equals(due(when)));
        }
    }

    /** The instant to wait for; empty when there is none, or it has come. Temporal's clock and timers know milliseconds. */
    private Optional<Instant> due(Function<Schedule, Instant> when) {
        return Optional.ofNullable(progress().schedule())
                .filter(schedule -> !schedule.lifted() && !progress().ending())
                .map(when)
                .filter(at -> Duration.between(Journal.now(), at).toMillis() > 0);
    }

    /** Waits for it, writing the journal meanwhile, and breaks it off when it is needless. Gives whether it came true. */
    private boolean watched(Functions.Proc waiting, BooleanSupplier needless) {
        var begun = new ArrayList<Promise<Void>>();
        var scope = Workflow.newCancellationScope(() -> begun.add(Async.procedure(waiting)));
        scope.run();
        var end = begun.getFirst();
        while (!end.isCompleted() && !needless.getAsBoolean()) {
            journal.flush();
            Workflow.await(() -> end.isCompleted() || needless.getAsBoolean() || journal.urgent());
        }
        if (end.isCompleted()) {
            return end.getFailure() == null;
        }
        scope.cancel();
        return false;
    }
}

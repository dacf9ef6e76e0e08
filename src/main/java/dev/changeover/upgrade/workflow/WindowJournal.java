package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.window.Opening;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** What happens to an upgrade's openings; a part of the {@link Journal}. */
final class WindowJournal {
    private final LedgerWriter writer;

    /** The proxy counts as being changed, and nobody was told yet that the upgrade begins. */
    private boolean beginningIsNews;

    /** Why it stood back last in this opening. */
    private String stoodBack = "";

    WindowJournal(LedgerWriter writer) {
        this.writer = writer;
    }

    private Progress progress() {
        return writer.progress();
    }

    private void tell(EventKind kind, String text, UnaryOperator<Progress> change) {
        writer.append(kind, null, text, change);
    }

    /** @param what happens at the instant */
    void waits(String what, Instant at) {
        var schedule = requireNonNull(progress().schedule());
        tell(
                EventKind.WAITING,
                "%s at %s".formatted(what, at),
                progress -> progress.stale(true)
                        .next("%s at %s (window %s, open until %s)"
                                .formatted(
                                        what,
                                        at,
                                        schedule.window(),
                                        schedule.opening().closes())));
    }

    /** Gives back what it had leave for; what has been told of this opening already is not told again. */
    void standsBack(List<Check> blockers, Instant latest) {
        var reason = Check.sentences(blockers);
        UnaryOperator<Progress> waits = progress -> {
            var schedule = requireNonNull(progress.schedule());
            return progress.stale(true)
                    .schedule(schedule.at(schedule.opening(), progress.pointOfNoReturnPassed()))
                    .at(Phase.WAITING, "until %s for this to pass: %s".formatted(latest, reason));
        };
        if (stoodBack.equals(latest + reason)) {
            writer.again(waits);
        } else {
            tell(EventKind.STANDS_BACK, reason, waits);
            stoodBack = latest + reason;
        }
    }

    void postponed(Schedule before, Opening next, String reason) {
        tell(
                EventKind.POSTPONED,
                "not in the opening of %s: %s".formatted(before.opening().opens(), reason),
                progress -> progress.schedule(before.at(next, progress.pointOfNoReturnPassed())));
    }

    /** A scheduled upgrade has leave: from here on the proxy counts as being changed. */
    void takes() {
        var schedule = progress().schedule();
        if (schedule != null && !schedule.begun()) {
            beginningIsNews = true;
            writer.change(progress -> progress.schedule(schedule.asBegun()));
        }
    }

    /** A scheduled upgrade begins, if it has not yet. */
    void begins() {
        takes();
        var schedule = progress().schedule();
        if (schedule != null && beginningIsNews) {
            beginningIsNews = false;
            tell(
                    EventKind.BEGUN,
                    schedule.lifted()
                            ? "started now, without waiting for the window " + schedule.window()
                            : "the window %s is open until %s"
                                    .formatted(
                                            schedule.window(),
                                            schedule.opening().closes()),
                    progress -> progress);
        }
    }
}

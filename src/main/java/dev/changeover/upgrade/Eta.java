package dev.changeover.upgrade;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When every node will serve the target, as far as that can be told. From the first finished node on it goes by what
 * this upgrade's own nodes took, before that by the estimate.
 */
public final class Eta {
    private static final Duration A_DAY = Duration.ofDays(1);

    private Eta() {}

    /** Empty while an operator is waited for, and once it has happened or will not. */
    public static Optional<Instant> of(Progress progress, Instant now) {
        if (!progress.phase().changing()
                || progress.paused()
                || progress.ending()
                || progress.nodes().isEmpty()
                || !progress.held().isEmpty()) {
            return Optional.empty();
        }
        var each = perNode(progress);
        var schedule = progress.schedule();
        var at = now;
        for (var node : progress.nodes()) {
            var began = node.beganAt();
            if (node.step().serves() || node.step() == NodeProgress.Step.SKIPPED) {
                continue;
            }
            if (began != null) {
                var over = began.plus(node.heldFor()).plus(each);
                at = over.isAfter(at) ? over : at;
            } else {
                at = begins(schedule, at, each).plus(each);
            }
        }
        return Optional.of(at);
    }

    /** A node that does not fit any more begins when the window opens again; to the hour, where a clock is changed. */
    private static Instant begins(@Nullable Schedule schedule, Instant at, Duration each) {
        if (schedule == null || schedule.lifted()) {
            return at;
        }
        var opens = schedule.opening().opens();
        var closes = schedule.opening().closes();
        while (at.plus(each).isAfter(closes)) {
            opens = opens.plus(A_DAY);
            closes = closes.plus(A_DAY);
            at = opens;
            if (each.compareTo(Duration.between(opens, closes)) > 0) {
                return at;
            }
        }
        return at.isBefore(opens) ? opens : at;
    }

    private static Duration perNode(Progress progress) {
        var took = progress.nodes().stream()
                .map(NodeProgress::took)
                .flatMap(Optional::stream)
                .toList();
        return took.isEmpty()
                ? progress.nodes().getFirst().node().estimate()
                : took.stream().reduce(Duration.ZERO, Duration::plus).dividedBy(took.size());
    }
}

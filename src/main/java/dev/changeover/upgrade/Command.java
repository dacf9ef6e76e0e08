package dev.changeover.upgrade;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands to a running upgrade. */
public enum Command {
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    STOP,
    START_NOW,
    RESCHEDULE,
    CANCEL,
    CLOSE_REMAINING;

    /** The name of its update, and its word in paths and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Command of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** What ends the hold of a node, as the upgrade stands: always {@code retry}, and what else it would hear. */
    public static List<String> decisions(Progress progress, String heldNode) {
        var order = new CommandRequest(progress.request().jobId(), heldNode, "", "");
        return Stream.of(RETRY, SKIP, STOP, CANCEL)
                .filter(command -> command.refusedBy(progress, order).isEmpty())
                .map(Command::word)
                .toList();
    }

    /** Why the upgrade, as it stands, does not allow the command; empty when it does. */
    public Optional<String> refusedBy(Progress progress, CommandRequest order) {
        if (!order.jobId().equals(progress.request().jobId())) {
            return Optional.of("job %s is not running on this proxy, job %s is"
                    .formatted(order.jobId(), progress.request().jobId()));
        }
        if (progress.phase() == Phase.ENDED) {
            return Optional.of("the upgrade has ended");
        }
        return switch (this) {
            case PAUSE ->
                progress.phase() == Phase.VERIFYING
                        ? Optional.of("what is left only looks: there is nothing to pause")
                        : when(progress.paused(), "the upgrade is paused already");
            case RESUME -> when(!progress.paused(), "the upgrade is not paused");
            case RETRY -> held(progress, order);
            case SKIP ->
                progress.pointOfNoReturnPassed()
                        ? held(progress, order)
                        : Optional.of("nothing was changed yet: end the upgrade instead of skipping a node");
            case STOP ->
                progress.schedule() != null && !progress.pointOfNoReturnPassed()
                        ? Optional.of("nothing has begun: a scheduled upgrade is cancelled, not stopped")
                        : ending(progress);
            case START_NOW -> scheduled(progress).or(() -> ending(progress)).or(() -> started(progress));
            case RESCHEDULE -> beforeTheFirstHandover(progress).or(() -> started(progress));
            case CANCEL -> beforeTheFirstHandover(progress);
            case CLOSE_REMAINING ->
                when(progress.phase() != Phase.RETIRING, "no old generation is retiring")
                        .or(() -> when(progress.paused(), "the upgrade is paused, which keeps every session"));
        };
    }

    /** A cancellation and a start have one winner (REQUIREMENTS T6): whoever comes second is told. */
    private static Optional<String> beforeTheFirstHandover(Progress progress) {
        return scheduled(progress)
                .or(
                        () -> when(
                                progress.pointOfNoReturnPassed(),
                                "the first handover has begun, and there is no way back; stop leaves the other nodes as they are"))
                .or(() -> ending(progress));
    }

    private static Optional<String> scheduled(Progress progress) {
        return when(
                progress.schedule() == null,
                "the upgrade was asked for upon submission, it waits for no window; stop is what ends it");
    }

    private static Optional<String> started(Progress progress) {
        return when(!progress.keepsToWindow(), "it was started already and waits for no window");
    }

    private static Optional<String> ending(Progress progress) {
        return progress.phase().changing()
                ? when(progress.stopping(), "the upgrade is ending already")
                : Optional.of("every node is through its handover: there is nothing left to stop");
    }

    private static Optional<String> held(Progress progress, CommandRequest order) {
        var held = progress.held().stream().map(node -> node.node().nodeId()).toList();
        if (held.isEmpty()) {
            return Optional.of("no node is held");
        }
        var meant = order.nodeId();
        if (meant == null) {
            return when(held.size() > 1, "several nodes are held, say which: " + String.join(", ", held));
        }
        return when(!held.contains(meant), "node %s is not held; held: %s".formatted(meant, String.join(", ", held)));
    }

    private static Optional<String> when(boolean refused, String reason) {
        return refused ? Optional.of(reason) : Optional.empty();
    }
}

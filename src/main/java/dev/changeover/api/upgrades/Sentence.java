package dev.changeover.api.upgrades;

import dev.changeover.node.RetireProgress;
import dev.changeover.node.Span;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.engine.UpgradeView;
import java.text.Bidi;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an upgrade stands, in one sentence that can be pasted into a chat. Times are on the clock of the maintenance
 * window and name its zone; UTC where there is no window.
 */
final class Sentence {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm z", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM HH:mm z", Locale.ENGLISH);

    private static final String FIRST_STRONG_ISOLATE = "\u2068";
    private static final String POP_ISOLATE = "\u2069";

    private final UpgradeView view;
    private final Progress progress;
    private final ZoneId zone;

    private Sentence(UpgradeView view, Progress progress) {
        this.view = view;
        this.progress = progress;
        this.zone = zone(progress.schedule());
    }

    static String of(UpgradeView view, Progress progress) {
        var sentence = new Sentence(view, progress);
        return joined(
                sentence.versions(), sentence.stands(), sentence.sessions(), sentence.failures(), sentence.ends());
    }

    private static String joined(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    /** The times that it waits for, counted down, a sentence each. */
    static List<String> countdown(UpgradeView view, Progress progress) {
        var sentence = new Sentence(view, progress);
        return Stream.of(sentence.nodesWindow(), sentence.closingWindow(), sentence.serves())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> nodesWindow() {
        var schedule = progress.schedule();
        if (schedule == null || !progress.phase().changing()) {
            return Optional.empty();
        }
        return Optional.of(
                schedule.lifted()
                        ? "started now: the nodes wait for no window; closing old sessions does"
                        : "window %s: %s"
                                .formatted(
                                        schedule.window(),
                                        opening(
                                                schedule.opening().opens(),
                                                schedule.opening().closes())));
    }

    /** Of the first to open of all nodes that retire. */
    private Optional<String> closingWindow() {
        return progress.phase() != Phase.RETIRING
                ? Optional.empty()
                : view.retiring().values().stream()
                        .map(RetireProgress::opening)
                        .filter(Objects::nonNull)
                        .min(Comparator.comparing(Span::from))
                        .map(span -> "old sessions are closed in the window only: " + opening(span.from(), span.to()));
    }

    private Optional<String> serves() {
        return Optional.ofNullable(view.expected())
                .map(at -> at.isAfter(view.now())
                        ? "every node serves in about %s, at %s"
                                .formatted(words(Duration.between(view.now(), at)), clock(at))
                        : "every node serves at any moment");
    }

    private String opening(Instant opens, Instant closes) {
        if (view.now().isBefore(opens)) {
            return "opens in %s, at %s".formatted(words(Duration.between(view.now(), opens)), clock(opens));
        }
        return view.now().isBefore(closes)
                ? "open for another %s, until %s".formatted(words(Duration.between(view.now(), closes)), clock(closes))
                : "closed since " + clock(closes);
    }

    private String versions() {
        return "%s: %s → %s".formatted(isolated(view.task().proxyName()), progress.from(), progress.target());
    }

    /** A name that runs from right to left takes no numbers behind it along: the versions would change places. */
    private static String isolated(String name) {
        return Bidi.requiresBidi(name.toCharArray(), 0, name.length())
                ? FIRST_STRONG_ISOLATE + name + POP_ISOLATE
                : name;
    }

    private String stands() {
        var nodes = progress.nodes();
        var serve = nodes.stream().filter(node -> node.step().serves()).count();
        var words = switch (progress.phase()) {
            case ADMISSION, PRECHECK -> "prechecks";
            case WAITING -> serve == 0 ? "waits for its window" : "%d of %d nodes done".formatted(serve, nodes.size());
            case STAGING -> "the nodes fetch the kernel";
            case NODES -> "node %d of %d".formatted(Math.min(serve + 1, nodes.size()), nodes.size());
            case RETIRING -> "%d of %d nodes serve it".formatted(serve, nodes.size());
            case VERIFYING -> "the last checks";
            case ENDED -> ended();
        };
        return progress.paused() ? words + ", paused" : words;
    }

    private String ended() {
        var at = progress.result().endedAt();
        var outcome = progress.result().outcome();
        var how = outcome == null ? "ended" : outcome.name().toLowerCase(Locale.ROOT);
        return at == null ? how : "%s at %s".formatted(how, clock(at));
    }

    private String sessions() {
        if (progress.result().outcome() != null) {
            return "";
        }
        if (progress.nodes().stream().anyMatch(view::retiresUnseen)) {
            return "how many sessions retire is not known now";
        }
        var left = progress.nodes().stream().mapToInt(this::retiring).sum();
        return switch (left) {
            case 0 -> "";
            case 1 -> "1 session retiring";
            default -> left + " sessions retiring";
        };
    }

    private int retiring(NodeProgress node) {
        var seen = node.seen();
        return Optional.ofNullable(view.retirement(node))
                .map(RetireProgress::left)
                .orElseGet(() -> seen == null
                        ? 0
                        : seen.generations().stream()
                                .filter(generation -> !generation.serving())
                                .mapToInt(generation -> generation.sessions())
                                .sum());
    }

    private String failures() {
        var held = progress.held().stream()
                .map(node -> "%s is held: %s".formatted(isolated(node.node().name()), node.held()))
                .toList();
        if (!held.isEmpty()) {
            return String.join(", ", held);
        }
        var reason = view.task().failReason();
        return reason.isEmpty() ? "nothing failed" : reason;
    }

    /** When it is done, as far as that can be told, and what its window leaves it. */
    private String ends() {
        if (!progress.phase().changing() || progress.result().outcome() != null) {
            return "";
        }
        var expected = view.expected();
        return joined(expected == null ? "" : "done about " + clock(expected), window(progress.schedule()));
    }

    private String window(@Nullable Schedule schedule) {
        if (schedule == null || schedule.lifted()) {
            return "";
        }
        var opening = schedule.opening();
        if (view.now().isBefore(opening.opens())) {
            return "window opens " + until(opening.opens());
        }
        return opening.contains(view.now())
                ? "window closes " + until(opening.closes())
                : "window closed " + clock(opening.closes());
    }

    private String until(Instant then) {
        return "%s in %s".formatted(clock(then), words(Duration.between(view.now(), then)));
    }

    private String clock(Instant at) {
        var there = at.atZone(zone);
        var today = there.toLocalDate().equals(view.now().atZone(zone).toLocalDate());
        return (today ? TIME : DAY).format(there);
    }

    /** Whole minutes, counted up, so that a moment is not zero. */
    private static String words(Duration time) {
        var minutes = time.plusSeconds(59).toMinutes();
        return minutes < 60 ? "%d min".formatted(minutes) : "%d h %02d min".formatted(minutes / 60, minutes % 60);
    }

    /** The zone stands behind the hours in a window's text. */
    private static ZoneId zone(@Nullable Schedule schedule) {
        return schedule == null
                ? ZoneId.of("UTC")
                : ZoneId.of(List.of(schedule.window().split(" ", -1)).getLast());
    }
}

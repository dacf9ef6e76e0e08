package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** When an upgrade acts, in words: it counts down to an opening, then to its end, and to the completion mark. */
final class Countdown {
    private static final Set<String> CHANGING = Set.of("ADMISSION", "PRECHECK", "WAITING", "STAGING", "NODES");

    private Countdown() {}

    /**
     * The known times, a line each.
     *
     * @param here the clock of the reader
     */
    static List<String> of(JsonNode upgrade, Instant now, ZoneId here) {
        return Stream.of(window(upgrade, now, here), closing(upgrade, now, here), expected(upgrade, now, here))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The window of the nodes. */
    private static Optional<String> window(JsonNode upgrade, Instant now, ZoneId here) {
        var schedule = upgrade.path("schedule");
        if (!CHANGING.contains(Json.text(upgrade, "phase")) || !schedule.isObject()) {
            return Optional.empty();
        }
        if (schedule.path("started_now").asBoolean()) {
            return Optional.of("started now: the nodes wait for no window; closing old sessions does");
        }
        return opening(schedule, now, here)
                .map(words -> "window %s: %s".formatted(Json.text(schedule, "window"), words));
    }

    /** The window of old sessions: the one that is open, or the first to open, of all nodes that retire. */
    private static Optional<String> closing(JsonNode upgrade, Instant now, ZoneId here) {
        if (!Json.text(upgrade, "phase").equals("RETIRING")) {
            return Optional.empty();
        }
        return Json.list(upgrade, "nodes").stream()
                .map(node -> node.path("retirement").path("opening"))
                .filter(JsonNode::isObject)
                .min(comparing(opening -> Json.text(opening, "opens")))
                .flatMap(opening -> opening(opening, now, here))
                .map(words -> "old sessions are closed in the window only: " + words);
    }

    private static Optional<String> opening(JsonNode opening, Instant now, ZoneId here) {
        return both(at(opening, "opens"), at(opening, "closes"), now, here);
    }

    private static Optional<String> both(Optional<Instant> opens, Optional<Instant> closes, Instant now, ZoneId here) {
        if (opens.isEmpty() || closes.isEmpty()) {
            return Optional.empty();
        }
        if (now.isBefore(opens.get())) {
            return Optional.of(
                    "opens in %s, at %s".formatted(left(now, opens.get()), TimeFormat.onBothClocks(opens.get(), here)));
        }
        return Optional.of(
                now.isBefore(closes.get())
                        ? "open for another %s, until %s"
                                .formatted(left(now, closes.get()), TimeFormat.onBothClocks(closes.get(), here))
                        : "closed since %s".formatted(TimeFormat.onBothClocks(closes.get(), here)));
    }

    private static Optional<String> expected(JsonNode upgrade, Instant now, ZoneId here) {
        return at(upgrade, "expected_at")
                .map(at -> at.isAfter(now)
                        ? "every node serves in about %s, at %s"
                                .formatted(left(now, at), TimeFormat.onBothClocks(at, here))
                        : "every node serves at any moment");
    }

    /** Counted up, so that what is a moment away is not zero. */
    private static String left(Instant now, Instant then) {
        return PlanCommand.words(Duration.ofSeconds(
                Duration.between(now, then).plusNanos(999_999_999).toSeconds()));
    }

    private static Optional<Instant> at(JsonNode object, String field) {
        try {
            return Optional.of(Json.text(object, field))
                    .filter(text -> !text.isEmpty())
                    .map(TimeFormat::instant);
        } catch (DateTimeParseException strange) {
            return Optional.empty();
        }
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.terminal.LiveBars;
import dev.changeover.terminal.Paint;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A running upgrade on the screen: events go up, and below them are a bar per node, the next step with its time, and
 * the clients that still hold on. A terminal is redrawn in place; anything else gets a line per event.
 */
final class LiveView {
    private static final List<String> STEPS = List.of(
            "WAITING", "STAGING", "STAGED", "HANDING_OVER", "WATCHING", "SERVING", "RETIRING", "RETIRED", "VERIFIED");
    private static final int CELLS_PER_STEP = 2;
    private static final int HOLDERS_SHOWN = 5;
    private final PrintWriter out;
    private final Paint paint;
    private final boolean redrawn;
    private final InstantSource clock;
    private final LiveBars bars;

    /** @param redrawn whether lines can be written over */
    LiveView(PrintWriter out, Paint paint, boolean redrawn, InstantSource clock) {
        this.out = out;
        this.paint = paint;
        this.redrawn = redrawn;
        this.clock = clock;
        this.bars = new LiveBars(out);
    }

    void show(JsonNode upgrade, List<JsonNode> events) {
        var happened = events.stream().map(LiveView::line).toList();
        if (redrawn) {
            bars.redraw(happened, frame(upgrade));
        } else {
            happened.forEach(out::println);
            out.flush();
        }
    }

    /** Leaves the last state where it is. */
    void end(JsonNode upgrade) {
        if (!redrawn) {
            lines(upgrade).forEach(out::println);
            out.flush();
        }
    }

    /** One event, on one line. */
    static String line(JsonNode event) {
        var node = Json.text(event, "node_id");
        return "%s  %-14s  %s%s"
                .formatted(
                        TimeFormat.time(Json.text(event, "at")),
                        Json.text(event, "kind"),
                        node.isEmpty() ? "" : node + ": ",
                        Json.text(event, "text"));
    }

    private List<String> frame(JsonNode upgrade) {
        var lines = new ArrayList<>(lines(upgrade));
        lines.add("%s, %s %%, next: %s"
                .formatted(state(upgrade), Json.text(upgrade, "percent"), Json.text(upgrade, "next")));
        lines.addAll(Countdown.of(upgrade, clock.instant(), ZoneId.systemDefault()));
        var holders = Holders.of(upgrade);
        if (holders.left() > 0) {
            holders.text(paint, HOLDERS_SHOWN).lines().forEach(lines::add);
        }
        return lines;
    }

    private static String state(JsonNode upgrade) {
        var phase = Json.text(upgrade, "phase");
        return upgrade.path("paused").asBoolean() ? phase + " (paused)" : phase;
    }

    private List<String> lines(JsonNode upgrade) {
        var nodes = Json.list(upgrade, "nodes");
        var widest = nodes.stream()
                .mapToInt(node -> Json.text(node, "node_id").length())
                .max()
                .orElse(0);
        return nodes.stream().map(node -> line(node, widest)).toList();
    }

    private String line(JsonNode node, int widest) {
        var id = Json.text(node, "node_id");
        var held = !Json.text(node, "held").isEmpty();
        var step = held ? "HELD" : Json.text(node, "step");
        return id + " ".repeat(widest - id.length()) + "  " + bar(Json.text(node, "step")) + "  "
                + paint.word("%-12s".formatted(step))
                + "  runs " + Json.text(node, "runs") + sessions(node);
    }

    private static String bar(String step) {
        var done = Math.max(0, STEPS.indexOf(step)) * CELLS_PER_STEP;
        var all = (STEPS.size() - 1) * CELLS_PER_STEP;
        return "[" + LiveBars.Look.ASCII.bar(done, all) + "]";
    }

    private static String sessions(JsonNode node) {
        var generations = Json.list(node, "generations");
        if (generations.isEmpty()) {
            return "";
        }
        return "  sessions: %d new, %d old".formatted(count(generations, true), count(generations, false));
    }

    private static int count(List<JsonNode> generations, boolean serving) {
        return generations.stream()
                .filter(generation -> generation.path("serving").asBoolean() == serving)
                .mapToInt(generation -> generation.path("sessions").asInt())
                .sum();
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.terminal.LiveBars;
import dev.changeover.terminal.Paint;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A running upgrade on the screen: events go up, and below them are a bar per node, the next step with its time, and
 * the clients that still hold on. A terminal is redrawn in place; anything else gets a line per event.
 */
final class LiveView {
    private static final int CELLS = 16;
    private static final int HOLDERS_SHOWN = 5;
    private final PrintWriter out;
    private final Paint paint;
    private final boolean redrawn;
    private final LiveBars bars;

    /** @param redrawn whether lines can be written over */
    LiveView(PrintWriter out, Paint paint, boolean redrawn) {
        this.out = out;
        this.paint = paint;
        this.redrawn = redrawn;
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

    static String line(JsonNode event) {
        var node = Json.text(event, "node_id");
        var text = Json.text(event, "text");
        return "%s  %-14s  %s%s"
                .formatted(
                        TimeFormat.time(Json.text(event, "at")),
                        Json.text(event, "kind"),
                        node.isEmpty() || text.contains(node) ? "" : node + ": ",
                        text);
    }

    private List<String> frame(JsonNode upgrade) {
        var lines = new ArrayList<>(lines(upgrade));
        lines.add("%s, %s %%, next: %s"
                .formatted(state(upgrade), Json.text(upgrade, "percent"), Json.text(upgrade, "next")));
        lines.addAll(Json.texts(upgrade, "countdown"));
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
        return id + " ".repeat(widest - id.length()) + "  "
                + "[" + LiveBars.Look.ASCII.bar((node.path("percent").asInt() * CELLS + 50) / 100, CELLS) + "]  "
                + paint.word("%-12s".formatted(step))
                + "  runs " + Json.text(node, "runs") + sessions(node);
    }

    private static String sessions(JsonNode node) {
        return Json.list(node, "generations").isEmpty()
                ? ""
                : "  sessions: %s new, %s old"
                        .formatted(Json.text(node, "new_sessions"), Holders.figure(node, "old_sessions"));
    }
}

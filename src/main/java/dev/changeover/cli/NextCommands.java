package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The exact commands that an operator can give to a held upgrade in its phase. */
final class NextCommands {
    /** Nothing was changed yet, so there is nothing to skip; while it waits, some nodes may have been. */
    private static final Set<String> UNTOUCHED = Set.of("ADMISSION", "PRECHECK", "STAGING");

    /** Every node is through its handover, so there is nothing to stop. */
    private static final Set<String> HANDED_OVER = Set.of("RETIRING", "VERIFYING");

    private NextCommands() {}

    /** @param invocation makes a command line of a command's words */
    static String of(JsonNode upgrade, UnaryOperator<String> invocation) {
        var lines = new ArrayList<String>();
        var held = Verdict.held(upgrade);
        held.forEach(
                node -> lines.add("held: node %s: %s".formatted(Json.text(node, "node_id"), Json.text(node, "held"))));
        lines.add("nothing else is touched; go on with one of");
        held.forEach(node -> orders(upgrade, node).forEach(order -> lines.add("  " + invocation.apply(order))));
        endings(upgrade).forEach(word -> lines.add("  " + invocation.apply(order(word, upgrade))));
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> orders(JsonNode upgrade, JsonNode node) {
        var which = " --node " + Json.text(node, "node_id");
        var retry = order("retry", upgrade) + which;
        return untouched(upgrade) ? List.of(retry) : List.of(retry, order("skip", upgrade) + which);
    }

    /**
     * The commands that go on without the window, or end the upgrade: cancel before the first handover, stop after it.
     */
    private static List<String> endings(JsonNode upgrade) {
        if (HANDED_OVER.contains(Json.text(upgrade, "phase"))) {
            return List.of();
        }
        var schedule = upgrade.path("schedule");
        if (!schedule.isObject()) {
            return List.of("stop");
        }
        var end = untouched(upgrade) ? "cancel" : "stop";
        return schedule.path("started_now").asBoolean() ? List.of(end) : List.of("start-now", end);
    }

    private static boolean untouched(JsonNode upgrade) {
        var phase = Json.text(upgrade, "phase");
        return UNTOUCHED.contains(phase)
                || phase.equals("WAITING")
                        && Json.list(upgrade, "nodes").stream()
                                .allMatch(node -> Json.text(node, "began_at").isEmpty());
    }

    private static String order(String word, JsonNode upgrade) {
        return "%s %s --reason \"...\"".formatted(word, Json.text(upgrade, "job_id"));
    }
}

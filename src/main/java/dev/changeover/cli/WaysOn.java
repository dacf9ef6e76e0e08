package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What an operator can do about a held upgrade: the exact commands that its phase allows. */
final class WaysOn {
    /** Nothing was changed yet, so there is nothing to skip. */
    private static final Set<String> UNTOUCHED = Set.of("ADMISSION", "PRECHECK", "STAGING");

    /** Every node is through its handover, so there is nothing to stop. */
    private static final Set<String> HANDED_OVER = Set.of("RETIRING", "VERIFYING");

    private WaysOn() {}

    /** @param invocation makes a command line of a command's words */
    static String of(JsonNode upgrade, UnaryOperator<String> invocation) {
        var lines = new ArrayList<String>();
        var held = Verdict.held(upgrade);
        held.forEach(
                node -> lines.add("held: node %s: %s".formatted(Json.text(node, "node_id"), Json.text(node, "held"))));
        lines.add("nothing else is touched; go on with one of");
        held.forEach(node -> orders(upgrade, node).forEach(order -> lines.add("  " + invocation.apply(order))));
        if (!HANDED_OVER.contains(Json.text(upgrade, "phase"))) {
            lines.add("  " + invocation.apply(order("stop", upgrade)));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> orders(JsonNode upgrade, JsonNode node) {
        var which = " --node " + Json.text(node, "node_id");
        var retry = order("retry", upgrade) + which;
        return UNTOUCHED.contains(Json.text(upgrade, "phase"))
                ? List.of(retry)
                : List.of(retry, order("skip", upgrade) + which);
    }

    private static String order(String word, JsonNode upgrade) {
        return "%s %s --reason \"...\"".formatted(word, Json.text(upgrade, "job_id"));
    }
}

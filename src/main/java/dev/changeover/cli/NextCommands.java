package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The exact commands that an operator can give to a held upgrade, as the interface says which are possible. */
final class NextCommands {
    private NextCommands() {}

    /** @param invocation makes a command line of a command's words */
    static String of(JsonNode upgrade, UnaryOperator<String> invocation) {
        var lines = new ArrayList<String>();
        var held = Verdict.held(upgrade);
        held.forEach(
                node -> lines.add("held: node %s: %s".formatted(Json.text(node, "node_id"), Json.text(node, "held"))));
        lines.add("nothing else is touched; go on with one of");
        held.forEach(node -> possible(upgrade, "retry", "skip")
                .map(order -> order + " --node " + Json.text(node, "node_id"))
                .forEach(order -> lines.add("  " + invocation.apply(order))));
        possible(upgrade, "start-now", "cancel", "stop").forEach(order -> lines.add("  " + invocation.apply(order)));
        return String.join(System.lineSeparator(), lines);
    }

    private static Stream<String> possible(JsonNode upgrade, String... words) {
        Set<String> allowed = Json.list(upgrade, "commands").stream()
                .filter(command -> Json.text(command, "why_not").isEmpty())
                .map(command -> Json.text(command, "command"))
                .collect(Collectors.toSet());
        return Stream.of(words)
                .filter(allowed::contains)
                .map(word -> "%s %s --reason \"...\"".formatted(word, Json.text(upgrade, "job_id")));
    }
}

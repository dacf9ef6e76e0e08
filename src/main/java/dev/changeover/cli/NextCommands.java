package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The exact commands that a caller can give to a held upgrade, as the interface says which are possible. */
final class NextCommands {
    private static final List<String> OF_NODES = List.of("retry", "skip");
    private static final List<String> OF_ALL = List.of("start-now", "cancel", "stop");

    private NextCommands() {}

    static Set<String> permissions(RestClient server) {
        return Set.copyOf(Json.texts(server.get(RestClient.path("me")), "permissions"));
    }

    /**
     * @param permissions of the caller
     * @param invocation makes a command line of a command's words
     */
    static String of(JsonNode upgrade, Set<String> permissions, UnaryOperator<String> invocation) {
        var lines = new ArrayList<String>();
        var held = Verdict.held(upgrade);
        held.forEach(
                node -> lines.add("held: node %s: %s".formatted(Json.text(node, "node_id"), Json.text(node, "held"))));
        var permitted = possible(upgrade, permissions::contains);
        var mine = new ArrayList<String>();
        var job = " %s --reason \"...\"".formatted(Json.text(upgrade, "job_id"));
        held.forEach(node -> OF_NODES.stream()
                .filter(permitted::contains)
                .map(word -> word + job + " --node " + Json.text(node, "node_id"))
                .forEach(mine::add));
        OF_ALL.stream().filter(permitted::contains).map(word -> word + job).forEach(mine::add);
        if (!mine.isEmpty()) lines.add("nothing else is touched; go on with one of");
        mine.forEach(order -> lines.add("  " + invocation.apply(order)));
        var others = OF_NODES.stream()
                .filter(possible(upgrade, permission -> !permissions.contains(permission))::contains)
                .toList();
        if (!others.isEmpty() || mine.isEmpty()) {
            lines.add("%s ask an operator%s"
                    .formatted(
                            mine.isEmpty() ? "nothing else is touched;" : "or",
                            others.isEmpty() ? "" : ", who can say " + String.join(" or ", others)));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> possible(JsonNode upgrade, Predicate<String> permission) {
        return Json.list(upgrade, "commands").stream()
                .filter(command -> Json.text(command, "why_not").isEmpty())
                .filter(command -> permission.test(Json.text(command, "permission")))
                .map(command -> Json.text(command, "command"))
                .toList();
    }
}

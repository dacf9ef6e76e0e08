package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Json;
import dev.changeover.terminal.Paint;
import dev.changeover.terminal.Table;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The clients that still hold on to old generations, longest first, as the agents last reported them.
 *
 * @param left how many sessions; more than are known by name where a node has many
 * @param sessions the longest-lived of every node, each with its node
 */
record Holders(int left, List<JsonNode> sessions) {
    static Holders of(JsonNode upgrade) {
        return of(Json.list(upgrade, "nodes"));
    }

    private static Holders of(List<JsonNode> nodes) {
        var left = nodes.stream()
                .mapToInt(node -> node.path("retirement").path("left").asInt())
                .sum();
        var sessions = nodes.stream()
                .flatMap(node -> Json.list(node.path("retirement"), "holders").stream()
                        .map(holder -> on(Json.text(node, "node_id"), holder)))
                .sorted(comparing((JsonNode session) ->
                                session.path("age_seconds").asLong())
                        .reversed())
                .toList();
        return new Holders(left, sessions);
    }

    private static JsonNode on(String nodeId, JsonNode holder) {
        ObjectNode session = Json.object().put("node_id", nodeId);
        holder.properties().forEach(field -> session.set(field.getKey(), field.getValue()));
        return session;
    }

    /** Those of one node. */
    static Holders of(JsonNode upgrade, String nodeId) {
        return of(Json.list(upgrade, "nodes").stream()
                .filter(node -> Json.text(node, "node_id").equals(nodeId))
                .toList());
    }

    ObjectNode json() {
        var answer = Json.object().put("left", left);
        answer.putArray("holders").addAll(sessions);
        return answer;
    }

    /** The longest-lived ones as a table, and how many there are beside them. */
    String text(Paint paint, int most) {
        var table = new Table("NODE", "CLIENT", "USER", "PROGRAM", "AGE", "STATE", "SESSION");
        var shown = sessions.stream().limit(most).toList();
        shown.forEach(session -> table.row(
                Json.text(session, "node_id"),
                Json.text(session, "client"),
                Json.text(session, "user"),
                Json.text(session, "program"),
                PlanCommand.words(Duration.ofSeconds(session.path("age_seconds").asLong())),
                Json.text(session, "state").toLowerCase(Locale.ROOT).replace('_', ' '),
                Json.text(session, "id")));
        var more = left - shown.size();
        return more > 0
                ? table.text(paint) + System.lineSeparator() + "and %d more".formatted(more)
                : table.text(paint);
    }
}

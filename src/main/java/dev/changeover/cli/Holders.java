package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Json;
import dev.changeover.terminal.Paint;
import java.util.List;
import java.util.Locale;

/**
 * The clients that still hold on to old generations, longest first, as the agents last reported them.
 *
 * @param left how many sessions; more than are known by name where a node has many
 * @param sessions the longest-lived of every node, each with its node
 */
record Holders(int left, List<JsonNode> sessions) {
    private static final TableView SESSIONS = new TableView("old sessions")
            .text("NODE", "node_id")
            .text("CLIENT", "client")
            .text("USER", "user")
            .text("PROGRAM", "program")
            .column("AGE", session -> PlanCommand.seconds(session, "age_seconds"))
            .column(
                    "STATE",
                    session ->
                            Json.text(session, "state").toLowerCase(Locale.ROOT).replace('_', ' '))
            .text("SESSION", "id");

    /** A figure of a retirement; the server has none while it is paused or held, or the agent is silent. */
    static String figure(JsonNode object, String field) {
        return object.path(field).isNumber() ? Json.text(object, field) : "not known now";
    }

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
        var shown = sessions.stream().limit(most).toList();
        var table = SESSIONS.table(shown).text(paint);
        var more = left - shown.size();
        return more > 0 ? table + System.lineSeparator() + "and %d more".formatted(more) : table;
    }
}

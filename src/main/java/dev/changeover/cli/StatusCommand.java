package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = {
            "Shows whether the server and what it needs work, which nodes have problems, and what waits for an operator.",
            "Nodes and upgrades are shown to operators only. Exit code 1 when something does not work."
        })
final class StatusCommand extends RemoteCommand {
    private static final int SHOWN = 5;

    /** The most that a server lists at once; those with a problem come first, and then those never seen. */
    private static final int LISTED = 1000;

    /** Parts that are shown when they are well, too. */
    private static final Set<String> ALWAYS = Set.of("build", "temporal");

    @Override
    int run(RestClient server) {
        var answer = Json.object();
        var asked = server.ask("/health");
        // Where it is not well, it says so with 503.
        var health = asked.status() == 503 && asked.parsed().has("status") ? asked.parsed() : asked.json();
        answer.set("health", health);
        Optional<Failure> unsaid = Optional.empty();
        try {
            answer.set("nodes", server.get(RestClient.path("nodes") + "?limit=" + LISTED));
            answer.set(
                    "upgrades", server.get(RestClient.path("upgrades", "held")).path("upgrades"));
        } catch (Failure failure) {
            var notAnOperators = failure instanceof ApiError error && error.forbidden();
            if (!notAnOperators) unsaid = Optional.of(failure);
        }
        print(answer, () -> text(server, answer));
        if (unsaid.isPresent()) throw unsaid.get();
        if (!isUp(health)) return Exit.FAILED;
        return answer.path("upgrades").isEmpty() ? Exit.DONE : Exit.HELD;
    }

    private String text(RestClient server, JsonNode answer) {
        var health = answer.path("health");
        var facts = new Facts().add("server", "%s %s".formatted(server.address(), Json.text(health, "status")));
        health.path("details").properties().stream()
                .filter(part -> ALWAYS.contains(part.getKey()) || !isUp(part.getValue()))
                .forEach(part -> facts.add(Json.shown(part.getKey()), part(part.getValue())));
        if (answer.has("nodes")) {
            var nodes = Json.list(answer.path("nodes"), "nodes");
            var cut = answer.path("nodes").path("total_count").asInt() > nodes.size();
            facts.add(
                    "nodes",
                    Json.text(answer.path("nodes"), "total_count")
                            + told(problems(nodes), cut, nodes.size())
                            + unseen(nodes, cut));
        }
        if (answer.has("upgrades")) {
            facts.add("held", held(Json.list(answer, "upgrades")));
        }
        return facts.text(paint());
    }

    private static boolean isUp(JsonNode part) {
        return Json.raw(part, "status").equals("UP");
    }

    private static String part(JsonNode part) {
        var details = part.path("details");
        var reason = Json.text(details, "reason");
        return Json.text(part, "status") + " " + (reason.isEmpty() ? Json.text(details, "error") : reason);
    }

    /** Of each node that has any the first, which is the cause. */
    private static List<String> problems(List<JsonNode> nodes) {
        return nodes.stream()
                .flatMap(entry -> Json.list(entry, "findings").stream()
                        .filter(finding -> finding.path("problem").asBoolean())
                        .limit(1)
                        .map(finding -> "%s: %s, %s"
                                .formatted(
                                        Json.text(entry.path("node"), "id"),
                                        Json.text(finding, "kind"),
                                        Json.text(finding, "text"))))
                .toList();
    }

    private String told(List<String> problems, boolean cut, int listed) {
        return problems.isEmpty()
                ? ", none with a problem"
                : some(
                        problems,
                        cut && problems.size() == listed,
                        "with problems",
                        "; ",
                        "; the others: " + invocation("nodes"));
    }

    /** Their agents have not said anything yet: not started, not reached, or of another name. */
    private static String unseen(List<JsonNode> nodes, boolean cut) {
        var unseen = nodes.stream()
                .map(entry -> entry.path("node"))
                .filter(node -> Json.raw(node, "status").equals("UNSEEN"))
                .toList();
        var names = unseen.stream().map(node -> Json.text(node, "id")).toList();
        var more =
                cut && !names.isEmpty() && unseen.getLast() == nodes.getLast().path("node");
        return names.isEmpty() ? "" : some(names, more, "never seen", ", ", ", …");
    }

    private static String some(List<String> all, boolean orMore, String what, String between, String further) {
        return all.stream()
                .limit(SHOWN)
                .collect(Collectors.joining(
                        between,
                        ", %s%s %s: ".formatted(all.size(), orMore ? " or more" : "", what),
                        all.size() > SHOWN ? further : ""));
    }

    private String held(List<JsonNode> upgrades) {
        return upgrades.isEmpty()
                ? "no upgrade"
                : "%d, the oldest: %s; go on with: %s"
                        .formatted(upgrades.size(), Json.text(upgrades.getFirst(), "sentence"), invocation("held"));
    }
}

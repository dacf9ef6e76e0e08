package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.time.Duration;
import java.time.ZoneId;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plan",
        description = {
            "Shows what an upgrade would do: prechecks, nodes in order, estimate, sessions. Starts nothing.",
            "Exit code 3 when a precheck would refuse it now."
        })
final class PlanCommand extends RemoteCommand {
    private static final TableView CHECKS = new TableView("checks")
            .text("CHECK", "name")
            .status("VERDICT", check -> check.path("passed").asBoolean() ? "passed" : "failed")
            .text("", "sentence");

    private static final TableView NODES = new TableView("nodes to upgrade")
            .text("NODE", "node_id")
            .text("NAME", "name")
            .text("ROLE", "role")
            .text("RUNS", "from")
            .column("ESTIMATE", node -> seconds(node, "estimate_seconds"))
            .text("SESSIONS", "sessions")
            .text("OVER AGE", "sessions_over_24h")
            .column("BACKENDS", PlanCommand::backends)
            .column("TO KNOW", PlanCommand::toKnow);

    @Parameters(paramLabel = "PROXY", description = "id of the proxy")
    private String proxyId = "";

    @Option(names = "--in-window", description = "as of an upgrade in the maintenance window, with the opening it gets")
    private boolean inWindow;

    @Override
    int run(RestClient server) {
        var answer = server.get(ResourcePaths.proxy(server, proxyId) + "/upgrade-plan?is_delayed=" + inWindow);
        print(answer, () -> text(answer));
        return answer.path("can_upgrade").asBoolean() ? Exit.DONE : Exit.REFUSED;
    }

    private String text(JsonNode plan) {
        var facts = new Facts()
                .add("from", Json.text(plan, "current_version"))
                .add("to", Json.text(plan, "target_version"))
                .add("window", Json.text(plan.path("opening"), "window"))
                .add("opens", opening(plan, "opens"))
                .add("closes", opening(plan, "closes"))
                .add("takes about", seconds(plan, "estimate_seconds"))
                .add("sessions", Json.text(plan, "sessions"))
                .add("older than " + seconds(plan, "age_limit_seconds"), Json.text(plan, "sessions_over_24h"));
        var checks = CHECKS.table(Json.list(plan, "checks").stream()
                .sorted(comparing(check -> check.path("passed").asBoolean()))
                .toList());
        var nodes = NODES.table(Json.list(plan, "nodes"));
        var blank = System.lineSeparator() + System.lineSeparator();
        return facts.text(paint()) + blank + checks.text(paint()) + blank + nodes.text(paint());
    }

    private static String opening(JsonNode plan, String end) {
        var at = Json.text(plan.path("opening"), end);
        return at.isEmpty() ? "" : TimeFormat.onBothClocks(TimeFormat.instant(at), ZoneId.systemDefault());
    }

    /** And what proves each after a handover. */
    private static String backends(JsonNode node) {
        return Json.list(node, "backends").stream()
                .map(backend -> "%s by %s"
                        .formatted(
                                Json.text(backend, "name"),
                                Json.text(backend, "kind").equals("MYSQL") ? "login" : "checks"))
                .collect(Collectors.joining(", "));
    }

    private static String toKnow(JsonNode node) {
        // Why, a check says.
        return Json.text(node, "silence").isEmpty()
                ? String.join("; ", Json.texts(node, "warnings"))
                : "its agent does not answer";
    }

    static String seconds(JsonNode of, String field) {
        return words(Duration.ofSeconds(of.path(field).asLong()));
    }

    static String words(Duration time) {
        if (time.toHours() > 0) {
            return words(time.toHours(), "h", time.toMinutesPart(), "min");
        }
        return time.toMinutes() > 0
                ? words(time.toMinutes(), "min", time.toSecondsPart(), "s")
                : time.toSeconds() + " s";
    }

    private static String words(long many, String unit, int more, String smaller) {
        return more == 0 ? many + " " + unit : "%d %s %d %s".formatted(many, unit, more, smaller);
    }
}

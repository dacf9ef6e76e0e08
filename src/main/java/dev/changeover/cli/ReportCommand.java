package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import dev.changeover.terminal.Table;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The evidence. */
@Command(name = "report", description = "Shows what an upgrade did, and what proves it.")
final class ReportCommand extends RemoteCommand {
    @Parameters(paramLabel = "JOB", description = "id of the job")
    private String jobId = "";

    @Override
    int run(RestClient server) {
        var report = server.get(ResourcePaths.job(server, jobId) + "/report");
        print(report, () -> text(report));
        return Exit.DONE;
    }

    private String text(JsonNode report) {
        var upgrade = report.path("upgrade");
        var sessions = report.path("sessions");
        var facts = new Facts()
                .add("job", Json.text(upgrade, "job_id"))
                .add("proxy", "%s of %s".formatted(Json.text(upgrade, "proxy_id"), Json.text(upgrade, "instance_name")))
                .add("from", Json.text(upgrade, "source_version"))
                .add("to", Json.text(upgrade, "target_version"))
                .add("status", Json.text(upgrade, "status"))
                .add("outcome", outcome(report))
                .add("reason", Json.text(upgrade, "fail_reason"))
                .add("asked for by", Json.text(upgrade, "requested_by"))
                .add("window", Json.text(upgrade.path("schedule"), "window"))
                .add("opening", TimeFormat.dateAndTime(Json.text(upgrade.path("schedule"), "opens")))
                .add("created", TimeFormat.dateAndTime(Json.text(upgrade, "created_at")))
                .add("all serve", TimeFormat.dateAndTime(Json.text(upgrade, "serving_at")))
                .add("ended", TimeFormat.dateAndTime(Json.text(upgrade, "ended_at")))
                .add(
                        "old sessions",
                        "%s closed by age, %s by order, %s left"
                                .formatted(
                                        Json.text(sessions, "closed_by_age"),
                                        Json.text(sessions, "closed_by_order"),
                                        Json.text(sessions, "left")))
                .add("founded on", Json.text(report, "basis"));
        var events = Json.list(report, "events");
        var holders = Holders.of(upgrade);
        return List.of(
                        facts.text(paint()),
                        nodes(report).text(paint()),
                        holders.left() == 0 ? "" : holders.text(paint(), Integer.MAX_VALUE),
                        happened(events))
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
    }

    private static String outcome(JsonNode report) {
        return report.path("provisional").asBoolean()
                ? "none yet: this report is provisional"
                : Json.text(report.path("upgrade"), "outcome");
    }

    private static Table nodes(JsonNode report) {
        var table = new Table(
                "NODE", "STEP", "FROM", "RUNS", "REPORTS ITSELF AS", "HANDOVER", "BY AGE", "BY ORDER", "LEFT");
        Json.list(report, "nodes")
                .forEach(node -> table.row(
                        Json.text(node, "node_id"),
                        Json.text(node, "step"),
                        Json.text(node, "from"),
                        Json.text(node, "to"),
                        Json.text(node, "reported_version"),
                        Json.text(node, "handover_ms").isEmpty() ? "" : Json.text(node, "handover_ms") + " ms",
                        Json.text(node, "closed_by_age"),
                        Json.text(node, "closed_by_order"),
                        Json.text(node, "left")));
        return table;
    }

    private static String happened(List<JsonNode> events) {
        return events.stream().map(LiveView::line).collect(Collectors.joining(System.lineSeparator()));
    }
}

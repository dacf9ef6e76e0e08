package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Shows what an upgrade did, and what proves it.")
final class ReportCommand extends RemoteCommand {
    private static final TableView NODES = new TableView("nodes")
            .text("NODE", "node_id")
            .status("STEP", "step")
            .text("FROM", "from")
            .text("RUNS", "to")
            .text("REPORTS ITSELF AS", "reported_version")
            .column("HANDOVER", ReportCommand::handover)
            .column("BY AGE", node -> Holders.figure(node, "closed_by_age"))
            .text("BY ORDER", "closed_by_order")
            .column("LEFT", node -> Holders.figure(node, "left"));

    @Parameters(paramLabel = "JOB", description = "id of the job")
    private String jobId = "";

    @Override
    int run(RestClient server) {
        var report = server.get(ResourcePaths.job(server, jobId) + "/report");
        return done(report, () -> text(report));
    }

    private String text(JsonNode report) {
        var upgrade = report.path("upgrade");
        var sessions = report.path("sessions");
        var facts = new Facts()
                .add("job", Json.text(upgrade, "job_id"))
                .add("proxy", "%s of %s".formatted(Json.text(upgrade, "proxy_id"), Json.text(upgrade, "instance_name")))
                .add("from", Json.text(upgrade, "source_version"))
                .add("to", Json.text(upgrade, "target_version"))
                .status("status", Json.text(upgrade, "status"))
                .status("outcome", outcome(report))
                .add("reason", Json.text(upgrade, "fail_reason"))
                .add("asked for by", Json.text(upgrade, "requested_by"))
                .add("window", Json.text(upgrade.path("schedule"), "window"))
                .add("opening", TimeFormat.dateAndTime(Json.text(upgrade.path("schedule"), "opens")))
                .add("created", TimeFormat.dateAndTime(Json.text(upgrade, "created_at")))
                .add("all serve", TimeFormat.dateAndTime(Json.text(upgrade, "serving_at")))
                .add("ended", TimeFormat.dateAndTime(Json.text(upgrade, "ended_at")))
                .add("old sessions", oldSessions(sessions))
                .add("founded on", Json.text(report, "basis"));
        var events = Json.list(report, "events");
        var holders = Holders.of(upgrade);
        return List.of(
                        facts.text(paint()),
                        NODES.table(Json.list(report, "nodes")).text(paint()),
                        holders.left() == 0 ? "" : holders.text(paint(), Integer.MAX_VALUE),
                        happened(events))
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
    }

    private static String oldSessions(JsonNode sessions) {
        var byOrder = Json.text(sessions, "closed_by_order");
        return sessions.path("left").isNumber()
                ? "%s closed by age, %s by order, %s left"
                        .formatted(Json.text(sessions, "closed_by_age"), byOrder, Json.text(sessions, "left"))
                : byOrder + " closed by order, what became of the others is not known now";
    }

    private static String outcome(JsonNode report) {
        return report.path("provisional").asBoolean()
                ? "none yet: this report is provisional"
                : Json.text(report.path("upgrade"), "outcome");
    }

    private static String handover(JsonNode node) {
        var millis = Json.text(node, "handover_ms");
        return millis.isEmpty() ? "" : millis + " ms";
    }

    private static String happened(List<JsonNode> events) {
        return events.stream().map(LiveView::line).collect(Collectors.joining(System.lineSeparator()));
    }
}

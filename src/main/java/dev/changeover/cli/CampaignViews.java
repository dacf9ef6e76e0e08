package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.Query;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import dev.changeover.terminal.Paint;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Campaigns that there are: how they stand, and what is said to them. */
final class CampaignViews {
    static final TableView MEMBERS = new TableView("proxies in it")
            .text("WAVE", "stage")
            .text("PROXY", "proxy_id")
            .text("INSTANCE", "instance_id")
            .status("STATUS", "status")
            .time("EXECUTE", "execute_time")
            .text("JOB", "job_id")
            .text("REASON", "reason");

    private static final TableView WAVES = new TableView("waves")
            .text("WAVE", "stage")
            .text("SIZE", "size")
            .column("APPROVAL AFTER IT", wave -> wave.path("approval").asBoolean() ? "needed" : "")
            .column("PROXIES", CampaignViews::counts);

    private CampaignViews() {}

    @Command(name = "list", description = "Lists campaigns, newest first.")
    static final class Listing extends RemoteCommand {
        private static final TableView CAMPAIGNS = new TableView("campaigns")
                .text("CAMPAIGN", "id")
                .text("FROM", "version")
                .text("TO", "target_version")
                .text("LEVEL", "level")
                .status("STATUS", "status")
                .text("WAVE", "stage")
                .column("PROXIES", CampaignViews::counts)
                .text("NOTE", "note");

        /** The server counts the members of each. */
        private static final int PART = 50;

        @Override
        int run(RestClient server) {
            var toBegin = "one begins when a version is withdrawn: "
                    + invocation("kernel set VERSION --lifecycle DEFECTIVE --reason TEXT");
            return printer("campaigns", CAMPAIGNS, toBegin)
                    .all(part -> ResourcePaths.parts(
                            server, RestClient.path("campaigns"), new Query(), PART, "campaigns", part));
        }
    }

    @Command(name = "show", description = "Shows a campaign: its waves, and its proxies with their times and reasons.")
    static final class Show extends RemoteCommand {
        private static final int PART = 1000;

        @Parameters(paramLabel = "CAMPAIGN", description = "its id")
        private String id = "";

        @Option(names = "--status", paramLabel = "WORD", description = "only proxies with it, like NEEDS_OPERATOR")
        private @Nullable String status;

        @Override
        int run(RestClient server) {
            var campaign = server.get(RestClient.path("campaigns", id));
            if (!json()) out().println(text(campaign, paint()) + System.lineSeparator());
            var path = RestClient.path("campaigns", id, "members");
            var query = new Query().and("status", status);
            return printer(Json.object().<ObjectNode>set("campaign", campaign), "members", MEMBERS, MEMBERS.table())
                    .all(part -> ResourcePaths.parts(server, path, query, PART, "members", part));
        }
    }

    @Command(
            name = "notices",
            description =
                    "Shows who was told what of a campaign, in every project, the newest first, and how that went.")
    static final class Notices extends RemoteCommand {
        private static final int PART = 1000;

        @Parameters(paramLabel = "CAMPAIGN", description = "its id")
        private String id = "";

        @Option(
                names = "--unreached",
                description = "only what had nobody to tell, or was bounced, refused, given up or switched off")
        private boolean unreached;

        @Override
        int run(RestClient server) {
            var path = RestClient.path("campaigns", id, "notices");
            var query = new Query().and("unreached", unreached ? "true" : null);
            return printer("notices", ContactCommand.Told.NOTICES)
                    .all(part -> ResourcePaths.parts(server, path, query, PART, "notices", part));
        }
    }

    @Command(
            name = "watch",
            description = "Watches a campaign until it is over or waits for an operator; the exit code says how.")
    static final class Watch extends RemoteCommand {
        private static final Duration PAUSE = Duration.ofSeconds(2);

        @Parameters(paramLabel = "CAMPAIGN", description = "its id")
        private String id = "";

        @Override
        int run(RestClient server) {
            var path = RestClient.path("campaigns", id);
            var patience = new Patience(server);
            var campaign = server.get(path);
            var last = "";
            while (true) {
                var note = Json.text(campaign, "note");
                var line = "%s, wave %s: %s%s"
                        .formatted(
                                Json.text(campaign, "status"),
                                Json.text(campaign, "stage"),
                                counts(campaign),
                                note.isEmpty() ? "" : "; " + note);
                if (!line.equals(last) && !json()) {
                    out().println(line);
                    out().flush();
                }
                last = line;
                switch (Json.text(campaign, "status")) {
                    case "RUNNING" -> {
                        LockSupport.parkNanos(PAUSE.toNanos());
                        campaign = patience.look(path).orElse(campaign);
                    }
                    case "DONE" -> {
                        return end(campaign, Exit.DONE);
                    }
                    case "HALTED" -> {
                        return end(campaign, Exit.FAILED);
                    }
                    default -> {
                        return end(campaign, Exit.HELD);
                    }
                }
            }
        }

        private int end(JsonNode campaign, int exit) {
            if (json()) print(campaign, () -> "");
            return exit;
        }
    }

    /** Says something to one; what, is the name it is added by. */
    @Command
    static final class Order extends RemoteCommand {
        @Parameters(paramLabel = "CAMPAIGN", description = "its id")
        private String id = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded")
        private String reason = "";

        @Override
        int run(RestClient server) {
            var answer = server.post(
                    RestClient.path("campaigns", id, word()), Json.object().put("reason", reason));
            return done(answer, () -> text(answer, paint()));
        }
    }

    private static String text(JsonNode campaign, Paint paint) {
        var facts = new Facts()
                .add("campaign", Json.text(campaign, "id"))
                .add("from", Json.text(campaign, "version"))
                .add("to", Json.text(campaign, "target_version"))
                .add("level", Json.text(campaign, "level"))
                .status("status", Json.text(campaign, "status"))
                .add("why", Json.text(campaign, "note"))
                .add("deadline", TimeFormat.dateAndTime(Json.text(campaign, "deadline")))
                .add("nobody to tell", Json.text(campaign, "nobody_to_tell"))
                .add("not reached", Json.text(campaign, "not_reached"));
        var waves = WAVES.table(Json.list(campaign, "waves"));
        return facts.text(paint) + System.lineSeparator() + System.lineSeparator() + waves.text(paint);
    }

    /** How many are in which status. */
    private static String counts(JsonNode of) {
        return of.path("members").properties().stream()
                .map(count -> count.getValue().asText() + " " + count.getKey())
                .collect(Collectors.joining(", "));
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forced upgrades of all proxies on a bad version; for operators. */
@Command(name = "campaign", description = "Brings all proxies off a bad version, in waves.")
final class CampaignCommand extends CommandGroup {

    static final class Wish {
        @Parameters(index = "0", paramLabel = "VERSION", description = "the version to leave, like 2.6.12.3")
        private String version = "";

        @Mixin
        private KernelCommand.Engine engine = new KernelCommand.Engine();

        @Option(names = "--level", paramLabel = "WORD", description = "CRITICAL, MAJOR or MINOR")
        private @Nullable String level;

        @Option(names = "--deadline", paramLabel = "INSTANT", description = "until then owners choose when")
        private @Nullable String deadline;

        @Option(names = "--lead-time", paramLabel = "SECONDS", description = "owners are told so long before")
        private @Nullable Integer leadTime;

        @Option(names = "--at-once", paramLabel = "N", description = "so many upgrades run at once")
        private @Nullable Integer atOnce;

        @Option(names = "--per-project", paramLabel = "N", description = "and so many of them in one project")
        private @Nullable Integer perProject;

        @Option(names = "--per-minute", paramLabel = "N", description = "so many begin within a minute")
        private @Nullable Integer perMinute;

        @Option(names = "--tolerated", paramLabel = "N", description = "so many of a wave may fail; 3, or 2%%")
        private @Nullable String tolerated;

        @Option(
                names = "--wave",
                paramLabel = "WAVE",
                description = "a wave, and each further one: 1, 10%%, or rest; with conditions like"
                        + " 10%%,region=eu-de,project=p-1,ring=EARLY,soak=3600,approval")
        private List<String> waves = new ArrayList<>();

        private ObjectNode body(RemoteCommand command) {
            var body = Json.object().put("engine", engine.key).put("version", version);
            if (level != null) body.put("level", level.toUpperCase(Locale.ROOT));
            if (deadline != null) body.put("deadline", deadline);
            if (leadTime != null) body.put("lead_time_seconds", leadTime);
            if (atOnce != null) body.put("at_once", atOnce);
            if (perProject != null) body.put("per_project", perProject);
            if (perMinute != null) body.put("per_minute", perMinute);
            if (tolerated != null) body.put("tolerated", tolerated);
            if (!waves.isEmpty()) {
                var list = body.putArray("waves");
                waves.forEach(wave -> list.add(wave(command, wave)));
            }
            return body;
        }

        private static ObjectNode wave(RemoteCommand command, String text) {
            var parts = text.split(",", -1);
            var wave = Json.object().put("size", parts[0]);
            for (int i = 1; i < parts.length; i++) {
                var pair = parts[i].split("=", 2);
                var value = pair.length == 2 ? pair[1] : "";
                switch (pair[0]) {
                    case "region", "ring" -> wave.put(pair[0], value);
                    case "project" -> wave.put("project_id", value);
                    case "soak" -> wave.put("soak_seconds", number(command, value));
                    case "at-most" -> wave.put("at_most_seconds", number(command, value));
                    case "approval" -> wave.put("approval", true);
                    default -> throw command.wrongUse("--wave: '%s' is no condition of a wave".formatted(parts[i]));
                }
            }
            return wave;
        }

        private static int number(RemoteCommand command, String text) {
            if (!text.matches("[0-9]{1,9}")) {
                throw command.wrongUse("--wave: '%s' is no number of seconds".formatted(text));
            }
            return Integer.parseInt(text);
        }
    }

    @Command(
            name = "plan",
            description = {
                "Shows what a campaign would do: who, when, in which wave, and who would need an operator.",
                "Starts nothing."
            })
    static final class Plan extends RemoteCommand {
        private static final TableView WAVES = new TableView("waves")
                .text("WAVE", "stage")
                .text("PROXIES", "members")
                .text("NEED AN OPERATOR", "needs_operator")
                .time("FIRST", "first_execute_time")
                .time("LAST", "last_execute_time");

        @Mixin
        private Wish wish = new Wish();

        @Override
        int run(RestClient server) {
            var answer = server.post(RestClient.path("campaign-plans"), wish.body(this));
            return done(answer, () -> text(answer));
        }

        private String text(JsonNode plan) {
            var facts = new Facts()
                    .add("from", Json.text(plan, "version"))
                    .add("to", Json.text(plan, "target_version"))
                    .add("level", Json.text(plan, "level"))
                    .add("proxies", Json.text(plan, "total_count"))
                    .add("need an operator", Json.text(plan, "needs_operator_count"))
                    .add("deadline", TimeFormat.dateAndTime(Json.text(plan, "deadline")))
                    .add("last upgrade", TimeFormat.dateAndTime(Json.text(plan, "last_execute_time")));
            var waves = WAVES.table(Json.list(plan, "waves"));
            var members = CampaignViews.MEMBERS.table(
                    Stream.concat(Json.list(plan, "members").stream(), Json.list(plan, "needs_operator").stream())
                            .distinct()
                            .toList());
            var blank = System.lineSeparator() + System.lineSeparator();
            return facts.text(paint()) + blank + waves.text(paint()) + blank + members.text(paint());
        }
    }

    @Command(name = "create", description = "Plans a campaign, which is then to be started; nobody is told yet.")
    static final class Create extends RemoteCommand {
        @Mixin
        private Wish wish = new Wish();

        @Override
        int run(RestClient server) {
            var answer = server.post(RestClient.path("campaigns"), wish.body(this));
            var id = Json.text(answer, "id");
            return done(
                    answer,
                    () -> "campaign %s%nstart it with: %s"
                            .formatted(id, invocation("campaign start %s --reason \"...\"".formatted(id))));
        }
    }
}

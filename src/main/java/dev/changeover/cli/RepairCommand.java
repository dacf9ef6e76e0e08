package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "repair",
        description = {
            "Lists the upgrades that only the server's database or only Temporal knows, as after a loss or a restore of one"
                    + " of them, and what their nodes run; changes nothing.",
            "With --end or --begin, and jobs or --all, it ends them, or ends them and asks for the same anew."
        })
final class RepairCommand extends RemoteCommand {
    private static final TableView LOST = new TableView("lost upgrades")
            .text("JOB", "job_id")
            .text("PROXY", "proxy_id")
            .text("LOST", "sentence")
            .text("PHASE", "phase")
            .text("FROM", "source_version")
            .text("TO", "target_version")
            .column("NODES RUN", RepairCommand::nodes);

    @Parameters(paramLabel = "JOB", arity = "0..*", description = "ids of the jobs that are meant")
    private List<String> jobs = new ArrayList<>();

    @Option(names = "--all", description = "all that are listed are meant")
    private boolean all;

    @ArgGroup
    private @Nullable Deed deed;

    /** What is done with them. */
    static final class Deed {
        @Option(names = "--end", description = "ends them; their nodes stay as they are")
        private boolean end;

        @Option(
                names = "--begin",
                description = "ends them, and begins upgrades to the same versions from what the nodes run now")
        private boolean begin;
    }

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; needed with --end and --begin; it is recorded")
    private @Nullable String reason;

    @Option(names = "--look", description = "asks the nodes' agents now, for at most 45 s")
    private boolean look;

    @Override
    public Integer call() {
        if (deed == null && (all || !jobs.isEmpty() || reason != null)) {
            throw wrongUse("--end or --begin is needed: without them the command only lists");
        }
        if (deed != null && all != jobs.isEmpty()) {
            throw wrongUse("either jobs or --all is needed");
        }
        if (deed != null && reason == null) {
            throw wrongUse("--reason: why is needed; it is recorded");
        }
        return super.call();
    }

    @Override
    int run(RestClient server) {
        var answer = server.get(RestClient.path("repair") + (look ? "?look=true" : ""));
        var lost = Json.list(answer, "upgrades");
        if (deed == null) {
            return done(answer, () -> text(lost));
        }
        return act(server, lost.stream().filter(this::isMeant).toList());
    }

    private boolean isMeant(JsonNode upgrade) {
        return all || jobs.contains(Json.text(upgrade, "job_id"));
    }

    private String text(List<JsonNode> lost) {
        if (lost.isEmpty()) {
            return "none: the server's database and Temporal know the same upgrades";
        }
        return "%s%nto begin one anew, or to end it:%n  %s%n  %s"
                .formatted(
                        LOST.table(lost).text(paint()),
                        invocation("repair --begin JOB --reason TEXT"),
                        invocation("repair --end JOB --reason TEXT"));
    }

    private static String nodes(JsonNode upgrade) {
        return Json.list(upgrade, "nodes").stream()
                .map(node -> "%s: %s, %s"
                        .formatted(
                                Json.text(node, "name"),
                                Json.text(node, "version"),
                                Json.text(node, "observed_at").isEmpty()
                                        ? "never seen"
                                        : "seen " + TimeFormat.dateAndTime(Json.text(node, "observed_at"))))
                .collect(Collectors.joining("; "));
    }

    /** Each for itself: one that fails leaves the others. */
    private int act(RestClient server, List<JsonNode> meant) {
        var answers = Json.object();
        var done = answers.putArray("upgrades");
        var exit = Exit.DONE;
        for (var job : jobs) {
            if (meant.stream().noneMatch(upgrade -> Json.text(upgrade, "job_id").equals(job))) {
                err().println("job %s is not lost: nothing was changed".formatted(job));
                exit = Exit.FAILED;
            }
        }
        var lines = new ArrayList<String>();
        for (var upgrade : meant) {
            var job = Json.text(upgrade, "job_id");
            try {
                var answer = server.post(
                        RestClient.path("repair", job, deed().begin ? "begin" : "end"),
                        Json.object()
                                .put("proxy_id", Json.text(upgrade, "proxy_id"))
                                .put("reason", reason));
                done.add(answer);
                lines.add(line(job, answer));
                if (!Json.text(answer, "refusal").isEmpty()) exit = Exit.FAILED;
            } catch (Failure failed) {
                err().println("job %s: %s".formatted(job, failed.line()));
                exit = failed.exit();
            }
        }
        err().flush();
        print(answers, () -> String.join(System.lineSeparator(), lines));
        return exit;
    }

    private Deed deed() {
        return Objects.requireNonNull(deed);
    }

    private String line(String job, JsonNode answer) {
        var next = Json.text(answer, "job_id");
        if (next.equals(job)) {
            return "job %s has ended".formatted(job);
        }
        var refusal = Json.text(answer, "refusal");
        return refusal.isEmpty()
                ? "job %s has ended, job %s began in its place: %s".formatted(job, next, invocation("watch " + next))
                : "job %s has ended, and none began in its place: %s".formatted(job, refusal);
    }
}

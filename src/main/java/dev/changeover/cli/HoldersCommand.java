package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "holders",
        description = "Shows who still holds on to old generations: the longest-lived sessions of every node.")
final class HoldersCommand extends RemoteCommand {
    @Parameters(paramLabel = "JOB", description = "id of the job")
    private String jobId = "";

    @Override
    int run(RestClient server) {
        var upgrade = server.get(ResourcePaths.job(server, jobId));
        var holders = Holders.of(upgrade);
        return done(holders.json().put("phase", Json.text(upgrade, "phase")), () -> text(upgrade, holders));
    }

    private String text(JsonNode upgrade, Holders holders) {
        var lines = new ArrayList<String>();
        lines.add("phase %s, sessions that old generations hold: %d"
                .formatted(Json.text(upgrade, "phase"), holders.left()));
        if (holders.left() > 0) {
            lines.addAll(Json.texts(upgrade, "countdown"));
            lines.add(holders.text(paint(), Integer.MAX_VALUE));
            lines.add("close one, or all, whatever their age, with");
            lines.add("  "
                    + invocation("close-remaining %s --node NODE --session SESSION --reason \"...\"".formatted(jobId)));
            lines.add("  "
                    + invocation("close-remaining %s --count %d --reason \"...\"".formatted(jobId, holders.left())));
        }
        return String.join(System.lineSeparator(), lines);
    }
}

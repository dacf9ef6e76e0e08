package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The upgrades there are and were. */
@Command(name = "tasks", description = "Lists upgrades, newest first, of every project.")
final class TasksCommand extends RemoteCommand {
    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many of each project, 1 to 50 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Override
    int run(Server server) {
        if (limit < 1 || limit > 50) {
            throw wrongUse("--limit: 1 to 50 is needed");
        }
        var upgrades = Where.projects(server, project).stream()
                .map(id -> server.get(Server.path(id, "upgrades") + "?limit=" + limit))
                .flatMap(answer -> Json.list(answer, "upgrades").stream())
                .sorted(comparing((JsonNode upgrade) -> Json.text(upgrade, "created_at"))
                        .reversed())
                .toList();
        var answer = Json.object();
        answer.putArray("upgrades").addAll(upgrades);
        print(answer, () -> table(upgrades).text(paint()));
        return Exit.DONE;
    }

    private static Table table(List<JsonNode> upgrades) {
        var table = new Table("JOB", "PROXY", "STATUS", "PHASE", "%", "FROM", "TO", "OUTCOME", "CREATED", "REASON");
        upgrades.forEach(upgrade -> table.row(
                Json.text(upgrade, "job_id"),
                Json.text(upgrade, "proxy_id"),
                Json.text(upgrade, "status"),
                Json.text(upgrade, "phase"),
                Json.text(upgrade, "percent"),
                Json.text(upgrade, "source_version"),
                Json.text(upgrade, "target_version"),
                Json.text(upgrade, "outcome"),
                Moment.dateAndTime(Json.text(upgrade, "created_at")),
                Json.text(upgrade, "fail_reason")));
        return table;
    }
}

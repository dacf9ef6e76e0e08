package dev.changeover.cli;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.Query;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "tasks",
        description = {
            "Lists the tasks of the Task Center, newest first: upgrades upon submission (instant) and those in the"
                    + " maintenance window (scheduled), of every project.",
            "Shows the last seven days unless it is told otherwise, and has the last 30."
        })
final class TasksCommand extends RemoteCommand {
    private static final TableView TASKS = new TableView("tasks")
            .text("JOB", "job_id")
            .text("PROXY", "proxy_id")
            .text("KIND", "kind")
            .status("STATUS", "status")
            .status("STATE", "state")
            .text("%", "percent")
            .text("FROM", "source_version")
            .text("TO", "target_version")
            .time("PLANNED", "planned_start")
            .time("CREATED", "created_at")
            .status("OUTCOME", "outcome")
            .text("REASON", "state_reason");

    /** As they are asked for; each list has its own names for the same things. */
    enum Kind {
        INSTANT("immediate-jobs", "jobs", "status", "created_time"),
        SCHEDULED("scheduled-jobs", "schedules", "job_status", "create_time");

        private final String path;
        private final String list;
        private final String status;
        private final String created;

        Kind(String path, String list, String status, String created) {
            this.path = path;
            this.list = list;
            this.status = status;
            this.created = created;
        }

        private boolean has(Status asked) {
            return this == SCHEDULED || asked.ofInstantTasks;
        }
    }

    enum Status {
        RUNNING(true),
        COMPLETED(true),
        FAILED(true),
        PENDING(false),
        UNAUTHORIZED(false),
        CANCELED(false);

        private final boolean ofInstantTasks;

        Status(boolean ofInstantTasks) {
            this.ofInstantTasks = ofInstantTasks;
        }
    }

    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Option(names = "--kind", paramLabel = "KIND", description = "only these: instant or scheduled")
    private Optional<Kind> kind = Optional.empty();

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description =
                    "only these: running, completed or failed; of scheduled ones also pending, unauthorized or canceled")
    private Optional<Status> status = Optional.empty();

    @Option(names = "--since", paramLabel = "TIME", description = "created then or later: 2026-07-15T07:46:10+0200")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "created then or earlier")
    private Optional<String> until = Optional.empty();

    @Option(
            names = "--offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "leaves out so many of the newest of each kind and project (default: ${DEFAULT-VALUE})")
    private int offset;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many of each kind and project, 1 to 50 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(
            names = "--delete",
            paramLabel = "JOB",
            description = "deletes the record of an upgrade that has ended, and lists nothing; may be repeated")
    private List<String> deleted = List.of();

    @Override
    int run(RestClient server) {
        if (!deleted.isEmpty()) {
            deleted.forEach(id -> delete(server, id));
            return Exit.DONE;
        }
        if (limit < 1 || limit > 50) {
            throw wrongUse("--limit: 1 to 50 is needed");
        }
        if (offset < 0) {
            throw wrongUse("--offset: 0 or more is needed");
        }
        since = Optional.ofNullable(TypedTime.sent(this, "--since", since.orElse(null)));
        until = Optional.ofNullable(TypedTime.sent(this, "--until", until.orElse(null)));
        var left = new AtomicInteger();
        var tasks = ResourcePaths.projects(server, project).stream()
                .flatMap(id -> kinds().flatMap(of -> tasks(server, id, of, left)))
                .sorted(comparing((JsonNode task) -> Json.text(task, "created_at"))
                        .reversed())
                .toList();
        var answer = Json.object();
        answer.putArray("tasks").addAll(tasks);
        // Where they are filtered, others may be there.
        var newest = since.isEmpty() && until.isEmpty() && status.isEmpty() && kind.isEmpty() && offset == 0;
        var table = TASKS.table(tasks);
        if (newest) table.first("begin one with: " + invocation("upgrade PROXY"));
        more(left.get(), offset + limit);
        return done(answer, () -> table.text(paint()));
    }

    private void delete(RestClient server, String jobId) {
        var upgrade = server.get(RestClient.path("upgrades", jobId));
        var answer = server.delete(RestClient.path(Json.text(upgrade, "project_id"), "jobs", jobId));
        print(answer, () -> "deleted: " + jobId);
    }

    private Stream<Kind> kinds() {
        return Arrays.stream(Kind.values())
                .filter(one -> kind.isEmpty() || kind.get() == one)
                .filter(one -> status.isEmpty() || one.has(status.get()));
    }

    private Stream<JsonNode> tasks(RestClient server, String projectId, Kind of, AtomicInteger left) {
        var query = new Query()
                .and("offset", String.valueOf(offset))
                .and("limit", String.valueOf(limit))
                .and("status", status.map(Status::name).orElse(null))
                .and("start_time", since.orElse(null))
                .and("end_time", until.orElse(null));
        var answer = server.get(RestClient.path(projectId, of.path) + query);
        left.addAndGet(Math.max(0, answer.path("total_count").asInt() - offset - limit));
        return Json.list(answer, of.list).stream().map(task -> alike(projectId, of, task));
    }

    /** Both kinds under the same names. */
    private static JsonNode alike(String projectId, Kind kind, JsonNode task) {
        var versions = kind == Kind.INSTANT ? task : task.path("target_config");
        return Json.object()
                .put("job_id", Json.text(task, "job_id"))
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("project_id", projectId)
                .put("instance_id", Json.text(task, "instance_id"))
                .put("proxy_id", Json.text(task, "proxy_id"))
                .put("status", Json.text(task, kind.status))
                .put("phase", Json.text(task, "phase"))
                .put("state", Json.text(task, "state"))
                .put("state_reason", Json.text(task, "state_reason"))
                .put("percent", Json.text(task, "process"))
                .put("source_version", Json.text(versions, "source_version"))
                .put("target_version", Json.text(versions, "target_version"))
                .put("planned_start", kind == Kind.INSTANT ? "" : Json.text(task, "start_time"))
                .put("planned_end", kind == Kind.INSTANT ? "" : Json.text(task, "end_time"))
                .put("created_at", Json.text(task, kind.created))
                .put("ended_at", Json.text(task, "ended_time"))
                .put("outcome", Json.text(task, "outcome"))
                .put("fail_reason", Json.text(task, "fail_reason"));
    }
}

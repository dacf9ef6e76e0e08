package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Json;
import dev.changeover.client.Query;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forced upgrades as owners see them. */
@Command(
        name = "event",
        description = "Shows the upgrades that are planned for your proxies, and says when they are to be.")
final class EventCommand extends CommandGroup {

    @Command(name = "list", description = "Lists planned events, the earliest first.")
    static final class Listing extends RemoteCommand {
        private static final TableView EVENTS = new TableView("planned events")
                .text("EVENT", "id")
                .text("PROXY", "proxy_id")
                .text("INSTANCE", "instance_id")
                .text("LEVEL", "level")
                .status("STATUS", "status")
                .time("EXECUTE", "execute_time")
                .time("LATEST", "latest_execution_time")
                .text("REASON", "reason");
        /** The most that the server gives at once. */
        private static final int PART = 100;

        @Option(names = "--project", paramLabel = "ID", description = "of this project only")
        private @Nullable String project;

        @Option(names = "--status", paramLabel = "WORD", description = "only with it, like SCHEDULED or INQUIRING")
        private @Nullable String status;

        @Override
        int run(RestClient server) {
            var query = new Query()
                    .and("status", status)
                    .and("sort_field", "planned_execution_time")
                    .and("order", "ASC");
            return printer("events", EVENTS, "campaigns plan them, and contacts are told of each")
                    .all(part -> ResourcePaths.projects(server, Optional.ofNullable(project))
                            .forEach(id -> ResourcePaths.parts(
                                    server, RestClient.path(id, "schedule-events"), query, PART, "events", part)));
        }
    }

    /** Does something about one. */
    abstract static class Act extends RemoteCommand {
        private static final String UNAVAILABLE = "DBS.280005";

        @Parameters(index = "0", paramLabel = "EVENT", description = "its id")
        private String id = "";

        abstract ObjectNode body();

        @Override
        int run(RestClient server) {
            for (var project : ResourcePaths.projects(server, Optional.empty())) {
                var path = RestClient.path(project, "schedule-events");
                var found = Json.list(server.get(path + new Query().and("id", id)), "events");
                if (!found.isEmpty()) {
                    return act(server, path, found.getFirst());
                }
            }
            throw new ApiError(404, "DBS.200002", "event %s does not exist".formatted(id), "", "");
        }

        private int act(RestClient server, String path, JsonNode event) {
            var body = body();
            body.putArray("event_instances")
                    .addObject()
                    .put("event_id", id)
                    .put("instance_id", Json.raw(event, "instance_id"));
            var answer = server.post(path, body);
            var result = answer.path("results").path(0);
            if (!result.path("success").asBoolean()) throw refused(result);
            return done(answer, () -> text(server, path));
        }

        /** As the server would answer of one thing alone; of many each has its own code. */
        private static ApiError refused(JsonNode result) {
            var code = Json.text(result, "error_code");
            return new ApiError(code.equals(UNAVAILABLE) ? 503 : 400, code, Json.text(result, "error_msg"), "", "");
        }

        /** One that has begun keeps the time that it had been planned for. */
        private static String planned(JsonNode event) {
            var isAhead = Json.text(event, "status").equals("SCHEDULED");
            return isAhead ? ", planned for " + TimeFormat.dateAndTime(Json.text(event, "execute_time")) : "";
        }

        private String text(RestClient server, String path) {
            return afterwards(server, path + new Query().and("id", id))
                    .map(now -> now.path("events").path(0))
                    .map(event -> "event %s is %s%s".formatted(id, Json.text(event, "status"), planned(event)))
                    .orElse("event %s: noted".formatted(id));
        }
    }

    @Command(name = "now", description = "Executes a planned upgrade now, without its window.")
    static final class Now extends Act {
        @Override
        ObjectNode body() {
            return Json.object().put("operation_type", "execute");
        }
    }

    @Command(
            name = "cancel",
            description = "Cancels a planned upgrade, once; until the deadline another time can be chosen.")
    static final class Cancel extends Act {
        @Override
        ObjectNode body() {
            return Json.object().put("operation_type", "cancel");
        }
    }

    @Command(name = "move", description = "Moves a planned upgrade to another time in the maintenance window.")
    static final class Move extends Act {
        @Parameters(index = "1", paramLabel = "DAY", description = "like 2026-12-08, on the clock of the window")
        private String day = "";

        @Parameters(index = "2", paramLabel = "TIME", description = "when in the window to begin, like 02:30")
        private String time = "";

        @Override
        ObjectNode body() {
            var body = Json.object().put("operation_type", "reservation");
            body.putObject("event_schedule_window").put("planned_day", day).put("start_time", time);
            return body;
        }
    }

    @Command(name = "ring", description = "Shows, or chooses, when an instance is served in campaigns.")
    static final class RingOf extends RemoteCommand {
        @Parameters(index = "0", paramLabel = "INSTANCE", description = "its id")
        private String instance = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "RING", description = "early, normal or late")
        private @Nullable String ring;

        @Override
        int run(RestClient server) {
            var path = ResourcePaths.instance(server, instance) + "/ring";
            var answer = ring == null
                    ? server.get(path)
                    : server.send("PUT", path, Json.object().put("ring", ring));
            return done(answer, () -> Json.text(answer, "ring"));
        }
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says something to a running upgrade; what, is the name it is added by. */
@Command
class OrderCommand extends RemoteCommand {
    @Parameters(paramLabel = "JOB", description = "id of the job")
    private String jobId = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded")
    private String reason = "";

    @Command
    static final class OnNode extends OrderCommand {
        @Option(
                names = "--node",
                paramLabel = "ID",
                description = "the node that is meant; needed when several are held")
        private @Nullable String node;

        @Override
        ObjectNode body() {
            return super.body().put("node_id", node);
        }
    }

    final String jobId() {
        return jobId;
    }

    final String reason() {
        return reason;
    }

    ObjectNode body() {
        return Json.object().put("reason", reason);
    }

    @Override
    int run(RestClient server) {
        var answer = server.post(ResourcePaths.job(server, jobId) + "/" + word(), body());
        return done(answer, () -> sentence(answer));
    }

    private String sentence(JsonNode upgrade) {
        return "%s is noted; the upgrade is in phase %s, next: %s%nfollow it with: %s"
                .formatted(
                        word(), Json.text(upgrade, "phase"), Json.text(upgrade, "next"), invocation("watch " + jobId));
    }

    @Command(
            name = "reschedule",
            description = {
                "Moves a scheduled upgrade, before its first handover, to another opening of the maintenance window.",
                "Without --at it is the next opening of the window as it is now."
            })
    static final class Reschedule extends OrderCommand {
        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "when in the window to begin, like 2026-07-16T02:30:00Z, or 2026-07-16T04:30 with --zone")
        private @Nullable String at;

        @Option(
                names = "--zone",
                paramLabel = "ZONE",
                description = "IANA time zone of a --at without an offset, like Europe/Berlin")
        private @Nullable String zone;

        private @Nullable Instant start;

        @Override
        public Integer call() {
            start = start();
            return super.call();
        }

        @Override
        ObjectNode body() {
            return super.body().put("start_time", start == null ? null : start.toString());
        }

        private @Nullable Instant start() {
            if (at == null) {
                if (zone != null) {
                    throw wrongUse("--zone: belongs to --at");
                }
                return null;
            }
            try {
                return TypedTime.read(at, zone);
            } catch (DateTimeException wrong) {
                throw wrongUse(String.valueOf(wrong.getMessage()));
            }
        }
    }
}

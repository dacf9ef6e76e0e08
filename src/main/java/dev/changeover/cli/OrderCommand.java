package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    /** One that can mean a node. */
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

    /** What is sent. */
    ObjectNode body() {
        return Json.object().put("reason", reason);
    }

    @Override
    int run(RestClient server) {
        var body = body().toString();
        var answer = server.post(ResourcePaths.job(server, jobId) + "/" + word(), "application/json", body);
        print(answer, () -> sentence(answer));
        return Exit.DONE;
    }

    private String sentence(JsonNode upgrade) {
        return "%s is noted; the upgrade is in phase %s, next: %s%nfollow it with: %s"
                .formatted(
                        word(), Json.text(upgrade, "phase"), Json.text(upgrade, "next"), invocation("watch " + jobId));
    }
}

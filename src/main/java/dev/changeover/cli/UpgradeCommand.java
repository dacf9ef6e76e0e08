package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Credentials;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Failure.Unreachable;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "upgrade",
        description = {
            "Upgrades a proxy, node by node, and prints the job. It cannot be rolled back.",
            "It begins upon submission, or with --in-window at an opening of the instance's maintenance window.",
            "Without --source and --target it goes from what the proxy runs to the latest version."
        })
final class UpgradeCommand extends RemoteCommand {
    @Parameters(paramLabel = "PROXY", description = "id of the proxy")
    private String proxyId = "";

    @Option(
            names = "--source",
            paramLabel = "V",
            description = "the version you believe it runs; refused if it does not")
    private @Nullable String source;

    @Option(names = "--target", paramLabel = "V", description = "the version it shall run")
    private @Nullable String target;

    @Option(names = "--in-window", description = "waits for the maintenance window, and prints when it opens")
    private boolean inWindow;

    @Option(
            names = "--accept-lost-stickiness",
            description = "clients may go to another server where stick tables are lost, which is refused otherwise")
    private boolean acceptLostStickiness;

    @Option(
            names = "--key",
            paramLabel = "K",
            description = "repeat a request with the same key and nothing is done twice (default: a new one)")
    private String key = UUID.randomUUID().toString();

    @Option(names = "--watch", description = "watches it until it has ended or is held; the exit code says how")
    private boolean watch;

    @Mixin
    private final WatchCommand.Options options = new WatchCommand.Options();

    @Override
    public Integer call() {
        if (!Credentials.SENDABLE.matcher(key).matches()) {
            throw wrongUse(
                    "--key: a line end or another character that no header takes; letters and digits are enough");
        }
        return super.call();
    }

    @Override
    int run(RestClient server) {
        var proxy = ResourcePaths.proxy(server, proxyId);
        var jobId = submit(server, proxy);
        if (watch) {
            (json() ? err() : out()).println("job " + jobId);
            return new Watching(this, options, server, jobId).untilItEnds();
        }
        if (inWindow && !json()) {
            afterwards(server, RestClient.path("upgrades", jobId)).ifPresent(upgrade -> {
                out().println(planned(upgrade, jobId));
                out().flush();
            });
        }
        return Exit.DONE;
    }

    /** When it begins, and what can be said until then. */
    private String planned(JsonNode upgrade, String jobId) {
        var lines = new ArrayList<>(Json.texts(upgrade, "countdown"));
        lines.add("until its first handover you can say");
        for (var word : List.of("start-now", "reschedule", "cancel")) {
            lines.add("  " + invocation("%s %s --reason \"...\"".formatted(word, jobId)));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private String submit(RestClient server, String proxy) {
        var body = Json.object()
                .put("source_version", source)
                .put("target_version", target)
                .put("is_delayed", inWindow);
        if (acceptLostStickiness) body.put("accept_lost_stickiness", true);
        if (source == null || target == null) {
            var version = VersionCommand.of(server, proxy);
            body.put("source_version", source == null ? Json.text(version, "current_version") : source);
            body.put("target_version", target == null ? Json.text(version, "latest_version") : target);
        }
        var answer = send(server, proxy + "/upgrade-version", body);
        var jobId = Json.text(answer.path("update_result").path(0), "workflow_id");
        if (!watch) {
            print(
                    answer,
                    () -> "job %s%n%s to %s; follow it with: %s"
                            .formatted(
                                    jobId,
                                    Json.text(body, "source_version"),
                                    Json.text(body, "target_version"),
                                    invocation("watch " + jobId)));
        }
        return jobId;
    }

    private JsonNode send(RestClient server, String path, JsonNode body) {
        try {
            return server.post(path, body, "Idempotency-Key", key);
        } catch (Unreachable silence) {
            throw unknown(silence, body);
        } catch (ApiError error) {
            throw error.temporary() ? unknown(error, body) : error;
        }
    }

    /** The request may have arrived, and only its key tells the same request from a second one. */
    private Unreachable unknown(Failure failure, JsonNode body) {
        var same = "upgrade %s --source %s --target %s%s%s%s --key %s"
                .formatted(
                        ShellWord.of(proxyId),
                        ShellWord.of(Json.text(body, "source_version")),
                        ShellWord.of(Json.text(body, "target_version")),
                        inWindow ? " --in-window" : "",
                        acceptLostStickiness ? " --accept-lost-stickiness" : "",
                        watch ? " --watch" + options.words() : "",
                        ShellWord.of(key));
        return new Unreachable(
                "%s%nwhether the upgrade began is not known; ask again with the same key, and nothing is done twice:%n  %s"
                        .formatted(failure.line(), invocation(same)),
                failure);
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.FileUpload;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "fleet", description = "Registers projects, instances, proxies and nodes, prints or removes them.")
final class FleetCommand extends CommandGroup {
    @Command(name = "import", description = "Adds or replaces what the file names: all of it, or nothing.")
    static final class Import extends RemoteCommand {
        @Parameters(
                paramLabel = "FILE",
                description = "YAML, or JSON if its name ends with .json; - for YAML from standard input")
        private Path file = Path.of("-");

        @Override
        int run(RestClient server) {
            var answer = server.upload(RestClient.path("fleet"), FileUpload.of(file, this::wrongUse));
            return done(answer, () -> sentence(answer));
        }

        private static String sentence(JsonNode answer) {
            return "registered: projects %s, instances %s, proxies %s, nodes %s"
                    .formatted(
                            Json.text(answer, "projects"),
                            Json.text(answer, "instances"),
                            Json.text(answer, "proxies"),
                            Json.text(answer, "nodes"));
        }
    }

    @Command(
            name = "export",
            description = {
                "Prints the whole fleet as the YAML that 'fleet import' takes, contacts and rings included.",
                "Redirect it to a file; with -o json it is JSON, which 'fleet import' takes too."
            })
    static final class Export extends RemoteCommand {
        @Override
        int run(RestClient server) {
            var yaml = server.ask(RestClient.path("fleet")).text();
            if (json()) {
                var options = new LoaderOptions();
                options.setCodePointLimit(Integer.MAX_VALUE);
                out().println(Json.pretty(Json.of(new Yaml(new SafeConstructor(options)).load(yaml))));
            } else {
                out().print(yaml);
            }
            out().flush();
            return Exit.DONE;
        }
    }

    /** A proxy, an instance or a project. */
    static final class Of {
        @Option(names = "--proxy", required = true, paramLabel = "ID", description = "this proxy with its nodes")
        private @Nullable String proxy;

        @Option(
                names = "--instance",
                required = true,
                paramLabel = "ID",
                description = "this instance with its proxies and contacts")
        private @Nullable String instance;

        @Option(
                names = "--project",
                required = true,
                paramLabel = "ID",
                description = "this project, without instances")
        private @Nullable String project;

        String path(RestClient server) {
            return proxy != null
                    ? ResourcePaths.removedProxy(server, proxy)
                    : instance != null
                            ? ResourcePaths.instance(server, instance)
                            : RestClient.path("projects", String.valueOf(project));
        }

        List<JsonNode> proxies(RestClient server) {
            return proxy != null
                    ? List.of(server.get(RestClient.path("proxies", proxy)).path("proxy"))
                    : instance != null
                            ? Json.list(server.get(RestClient.path("instances", instance)), "proxies")
                            : ofProject(server);
        }

        /** It can be removed without instances only: with them, this is what stands in the way. */
        private List<JsonNode> ofProject(RestClient server) {
            var proxies = new ArrayList<JsonNode>();
            ResourcePaths.instances(
                    server,
                    Optional.ofNullable(project),
                    part -> part.forEach(one -> proxies.addAll(Json.list(one, "proxies"))));
            return proxies;
        }

        String words() {
            return (ShellWord.option("--proxy", proxy)
                            + ShellWord.option("--instance", instance)
                            + ShellWord.option("--project", project))
                    .strip();
        }
    }

    @Command(
            name = "remove",
            description = {
                "Takes what is gone out of Changeover: it is in no list, figure and campaign any more. Records of its tasks"
                        + " stay. Refused while an upgrade of it has not ended.",
                "Without --yes it removes nothing: it shows what would go, and how to confirm."
            })
    static final class Remove extends RemoteCommand {
        private static final TableView PROXIES = new TableView("proxies")
                .text("PROXY", "pool_id")
                .text("NAME", "name")
                .status("STATUS", "status")
                .column(
                        "NODES",
                        proxy -> Json.list(proxy, "nodes").stream()
                                .map(node -> Json.text(node, "id"))
                                .collect(Collectors.joining(", ")));

        @ArgGroup(multiplicity = "1")
        private Of of = new Of();

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded")
        private String reason = "";

        @Option(names = "--yes", description = "remove it")
        private boolean sure;

        @Override
        int run(RestClient server) {
            return sure ? remove(server) : ask(server);
        }

        private int remove(RestClient server) {
            var answer = server.send("DELETE", of.path(server), Json.object().put("reason", reason));
            return done(
                    answer,
                    () -> "removed: %s; proxies %d, nodes %d"
                            .formatted(
                                    of.words().substring(2),
                                    answer.path("proxies").size(),
                                    answer.path("nodes").size()));
        }

        /** Nothing goes by a slip: whoever repeats it has seen what it is. */
        private int ask(RestClient server) {
            var shown = Json.object();
            shown.putArray("proxies").addAll(of.proxies(server));
            done(shown, "proxies", PROXIES);
            say("nothing was removed. To confirm:%n  %s"
                    .formatted(invocation(
                            "fleet remove %s --reason %s --yes".formatted(of.words(), ShellWord.of(reason)))));
            return Exit.WRONG_USE;
        }
    }
}

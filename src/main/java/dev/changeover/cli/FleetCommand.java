package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.FileUpload;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "fleet", description = "Registers projects, instances, proxies and nodes, or prints them.")
final class FleetCommand extends CommandGroup {
    @Command(name = "import", description = "Adds or replaces what the file names: all of it, or nothing.")
    static final class Import extends RemoteCommand {
        @Parameters(paramLabel = "FILE", description = "YAML; - for standard input")
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
}

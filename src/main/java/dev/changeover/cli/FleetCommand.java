package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Registers the proxies that the server manages. */
@Command(name = "fleet", description = "Registers projects, instances, proxies and nodes.")
final class FleetCommand extends CommandGroup {
    /** Registers a fleet. */
    @Command(name = "import", description = "Adds or replaces what the file names: all of it, or nothing.")
    static final class Import extends RemoteCommand {
        @Parameters(paramLabel = "FILE", description = "YAML; - for standard input")
        private Path file = Path.of("-");

        @Override
        int run(RestClient server) {
            var answer = server.upload(RestClient.path("fleet"), FileUpload.of(this, file));
            print(answer, () -> sentence(answer));
            return Exit.DONE;
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
}

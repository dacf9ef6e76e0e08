package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.terminal.Table;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The versions that proxies can run. */
@Command(name = "kernel", description = "Looks after the catalogue of kernel versions.")
final class KernelCommand extends CommandGroup {
    /** Registers versions. */
    @Command(name = "import", description = "Adds or replaces the versions that the file names: all of them, or none.")
    static final class Import extends RemoteCommand {
        @Parameters(paramLabel = "FILE", description = "YAML; - for standard input")
        private Path file = Path.of("-");

        @Override
        int run(RestClient server) {
            var answer = server.post(RestClient.path("kernel-versions"), FileUpload.TYPE, FileUpload.read(this, file));
            print(answer, () -> table(answer).text(paint()));
            return Exit.DONE;
        }
    }

    /** Shows versions. */
    @Command(name = "list", description = "Lists the versions of an engine, newest first.")
    static final class Versions extends RemoteCommand {
        @Option(
                names = "--engine",
                paramLabel = "NAME",
                defaultValue = "haproxy",
                description = "key of the catalogue (default: ${DEFAULT-VALUE})")
        private String engine = "haproxy";

        @Override
        int run(RestClient server) {
            var answer = server.get(RestClient.path("kernel-versions") + "?engine=" + RestClient.encoded(engine));
            print(answer, () -> table(answer).text(paint()));
            return Exit.DONE;
        }
    }

    private static Table table(JsonNode answer) {
        var table = new Table("VERSION", "ENGINE", "LIFECYCLE", "REPORTS ITSELF AS", "PACKAGES", "EXPIRES");
        Json.list(answer, "kernel_versions")
                .forEach(kernel -> table.row(
                        Json.text(kernel, "version"),
                        Json.text(kernel, "engine"),
                        Json.text(kernel, "lifecycle"),
                        Json.text(kernel, "reported_version"),
                        kernel.path("packages").size(),
                        TimeFormat.dateAndTime(Json.text(kernel, "expires_at"))));
        return table;
    }
}

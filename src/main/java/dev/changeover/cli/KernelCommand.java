package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.FileUpload;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "kernel", description = "Looks after the catalogue of kernel versions.")
final class KernelCommand extends CommandGroup {
    private static final TableView KERNELS = new TableView("kernel versions")
            .text("VERSION", "version")
            .text("ENGINE", "engine")
            .status("LIFECYCLE", "lifecycle")
            .text("REPORTS ITSELF AS", "reported_version")
            .column("PACKAGES", KernelCommand::packages)
            .time("EXPIRES", "expires_at")
            .text("REASON", "lifecycle_reason");

    @Command(name = "import", description = "Adds or replaces the versions that the file names: all of them, or none.")
    static final class Import extends RemoteCommand {
        @Parameters(
                paramLabel = "FILE",
                description = "YAML, or JSON if its name ends with .json; - for YAML from standard input")
        private Path file = Path.of("-");

        @Override
        int run(RestClient server) {
            var answer = server.upload(RestClient.path("kernel-versions"), FileUpload.of(file, this::wrongUse));
            return done(answer, "kernel_versions", KERNELS);
        }
    }

    @Command(
            name = "set",
            description = "Sets a version's lifecycle and the date on which it expires.",
            footer = {"", "Only an ACTIVE version is offered. Proxies that run another go on, and their owners see why."
            })
    static final class Set extends RemoteCommand {
        @Mixin
        private Version version = new Version();

        @Option(
                names = "--lifecycle",
                paramLabel = "WORD",
                description = "ACTIVE, RISKY, DEFECTIVE, EXPIRED or OFFLINE")
        private @Nullable String lifecycle;

        @Option(names = "--reason", paramLabel = "TEXT", description = "for those who run it; needed unless ACTIVE")
        private @Nullable String reason;

        @Option(
                names = "--expires",
                paramLabel = "INSTANT",
                description = "when ACTIVE turns into EXPIRED by itself, like 2027-01-01T00:00:00Z; or never")
        private @Nullable String expires;

        @Override
        int run(RestClient server) {
            var body = Json.object();
            if (lifecycle != null) body.put("lifecycle", lifecycle);
            if (reason != null) body.put("reason", reason);
            if (expires != null) body.put("expires_at", expires);
            var answer = server.send("PATCH", version.path(), body);
            return done(answer, () -> KERNELS.table(List.of(answer)).text(paint()));
        }
    }

    @Command(name = "proxies", description = "Lists the proxies that run a version on at least one node.")
    static final class Proxies extends RemoteCommand {
        private static final TableView PROXIES = new TableView("proxies that run it")
                .text("PROXY", "proxy_id")
                .text("NAME", "name")
                .text("INSTANCE", "instance_id")
                .text("PROJECT", "project_id");

        @Mixin
        private Version version = new Version();

        @Override
        int run(RestClient server) {
            return printer("proxies", PROXIES)
                    .all(part -> ResourcePaths.parts(server, version.path("proxies"), "proxies", part));
        }
    }

    @Command(name = "list", description = "Lists the versions of an engine, newest first.")
    static final class Versions extends RemoteCommand {
        @Mixin
        private Engine engine = new Engine();

        @Override
        int run(RestClient server) {
            var answer = server.get(RestClient.path("kernel-versions") + "?engine=" + RestClient.encoded(engine.key));
            return done(answer, "kernel_versions", KERNELS, "register some with: " + invocation("kernel import FILE"));
        }
    }

    static final class Engine {
        @Option(
                names = "--engine",
                paramLabel = "NAME",
                defaultValue = "haproxy",
                description = "key of the catalogue (default: ${DEFAULT-VALUE})")
        String key = "haproxy";
    }

    static final class Version {
        @Parameters(index = "0", paramLabel = "VERSION", description = "like 2.6.12.4")
        private String version = "";

        @Mixin
        private Engine engine = new Engine();

        private String path(String... below) {
            var parts = Stream.concat(Stream.of("kernel-versions", engine.key, version), Stream.of(below));
            return RestClient.path(parts.toArray(String[]::new));
        }
    }

    private static Object packages(JsonNode kernel) {
        var packages = kernel.path("packages");
        return packages.isEmpty() ? "none, source only" : packages.size();
    }
}

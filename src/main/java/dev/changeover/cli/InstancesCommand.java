package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Table;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The database instances. */
@Command(name = "instances", description = "Lists the database instances that have proxies, of every project.")
final class InstancesCommand extends RemoteCommand {
    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Override
    int run(RestClient server) {
        var table = new Table("INSTANCE", "NAME", "PROJECT", "STATUS", "WINDOW", "PROXIES")
                .first("register some with: " + invocation("fleet import FILE"));
        var printer = printer("instances", table, InstancesCommand::cells);
        ResourcePaths.instances(server, project, printer::part);
        printer.end();
        return Exit.DONE;
    }

    private static Object[] cells(JsonNode instance) {
        return new Object[] {
            Json.text(instance, "id"),
            Json.text(instance, "name"),
            Json.text(instance, "project_id"),
            Json.text(instance, "status"),
            Json.text(instance, "maintenance_window") + " " + Json.text(instance, "time_zone"),
            Json.list(instance, "proxies").stream()
                    .map(proxy -> Json.text(proxy, "pool_id"))
                    .collect(Collectors.joining(", "))
        };
    }
}

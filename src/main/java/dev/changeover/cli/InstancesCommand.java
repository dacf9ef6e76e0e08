package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "instances", description = "Lists the database instances that have proxies, of every project.")
final class InstancesCommand extends RemoteCommand {
    private static final TableView INSTANCES = new TableView("instances")
            .text("INSTANCE", "id")
            .text("NAME", "name")
            .text("PROJECT", "project_id")
            .status("STATUS", "status")
            .column("WINDOW", one -> Json.text(one, "maintenance_window") + " " + Json.text(one, "time_zone"))
            .column("PROXIES", InstancesCommand::proxies);

    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Override
    int run(RestClient server) {
        return printer("instances", INSTANCES, "register some with: " + invocation("fleet import FILE"))
                .all(part -> ResourcePaths.instances(server, project, part));
    }

    private static String proxies(JsonNode instance) {
        return Json.list(instance, "proxies").stream()
                .map(proxy -> Json.text(proxy, "pool_id"))
                .collect(Collectors.joining(", "));
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.terminal.Table;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The database instances. */
@Command(name = "instances", description = "Lists the database instances that have proxies, of every project.")
final class InstancesCommand extends RemoteCommand {
    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Override
    int run(RestClient server) {
        var instances = ResourcePaths.instances(server, project);
        var answer = Json.object();
        answer.putArray("instances").addAll(instances);
        print(answer, () -> table(instances).text(paint()));
        return Exit.DONE;
    }

    private static Table table(List<JsonNode> instances) {
        var table = new Table("INSTANCE", "NAME", "PROJECT", "STATUS", "WINDOW", "PROXIES");
        instances.forEach(instance -> table.row(
                Json.text(instance, "id"),
                Json.text(instance, "name"),
                Json.text(instance, "project_id"),
                Json.text(instance, "status"),
                Json.text(instance, "maintenance_window") + " " + Json.text(instance, "time_zone"),
                String.join(
                        ", ",
                        Json.list(instance, "proxies").stream()
                                .map(proxy -> Json.text(proxy, "pool_id"))
                                .toList())));
        return table;
    }
}

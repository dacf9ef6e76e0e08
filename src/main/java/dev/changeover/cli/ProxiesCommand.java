package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "proxies", description = "Lists the proxies with the kernel version each runs, of every project.")
final class ProxiesCommand extends RemoteCommand {
    private static final TableView PROXIES = new TableView("proxies")
            .text("PROXY", "proxy", "pool_id")
            .text("NAME", "proxy", "name")
            .text("INSTANCE", "instance_name")
            .text("PROJECT", "project_id")
            .text("MODE", "proxy", "mode")
            .status("STATUS", "proxy", "status")
            .status("STATE", "state", "state")
            .text("VERSION", "proxy", "version")
            .text("NODES", "proxy", "node_num")
            .column("SESSIONS", ProxiesCommand::sessions)
            .column("ADDRESS", ProxiesCommand::address)
            .text("REASON", "state", "reason");

    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Override
    int run(RestClient server) {
        return printer("proxies", PROXIES, "register some with: " + invocation("fleet import FILE"))
                .all(part -> ResourcePaths.instances(server, project, instances -> part.accept(proxies(instances))));
    }

    private static List<JsonNode> proxies(List<JsonNode> instances) {
        return instances.stream()
                .flatMap(instance -> Json.list(instance, "proxies").stream().map(proxy -> placed(instance, proxy)))
                .toList();
    }

    /** A proxy and where it belongs, as the server says it of a single one. */
    private static JsonNode placed(JsonNode instance, JsonNode proxy) {
        return Json.object()
                .put("project_id", Json.text(instance, "project_id"))
                .put("instance_id", Json.text(instance, "id"))
                .put("instance_name", Json.text(instance, "name"))
                .<ObjectNode>setAll(Map.of("proxy", proxy, "state", state(instance, Json.raw(proxy, "pool_id"))));
    }

    private static JsonNode state(JsonNode instance, String proxyId) {
        return Json.list(instance, "states").stream()
                .filter(state -> Json.raw(state, "proxy_id").equals(proxyId))
                .findFirst()
                .orElseGet(Json::object);
    }

    private static int sessions(JsonNode place) {
        return Json.list(place.path("proxy"), "nodes").stream()
                .mapToInt(node -> node.path("sessions").asInt())
                .sum();
    }

    private static String address(JsonNode place) {
        return Json.text(place.path("proxy"), "address") + ":" + Json.text(place.path("proxy"), "port");
    }
}

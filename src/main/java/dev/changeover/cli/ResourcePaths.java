package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** Where things are: the paths of a proxy or a job that a user names by its id alone, and all there is. */
final class ResourcePaths {
    private ResourcePaths() {}

    /** The path of a proxy, of whatever project and instance. */
    static String proxy(RestClient server, String proxyId) {
        var proxy = server.get(RestClient.path("proxies", proxyId));
        return RestClient.path(
                Json.text(proxy, "project_id"), "instances", Json.text(proxy, "instance_id"), "proxy", proxyId);
    }

    /** The path of an instance, of whatever project. */
    static String instance(RestClient server, String instanceId) {
        var instance = server.get(RestClient.path("instances", instanceId));
        return RestClient.path(Json.text(instance, "project_id"), "instances", instanceId);
    }

    /** The path of a job, of whatever project. */
    static String job(RestClient server, String jobId) {
        var upgrade = server.get(RestClient.path("upgrades", jobId));
        return RestClient.path(Json.text(upgrade, "project_id"), "upgrades", jobId);
    }

    /** The instances of a project, or of all. */
    static List<JsonNode> instances(RestClient server, Optional<String> project) {
        return projects(server, project).stream()
                .flatMap(id -> Json.list(server.get(RestClient.path(id, "instances")), "instances").stream())
                .toList();
    }

    static List<String> projects(RestClient server, Optional<String> project) {
        return project.map(List::of)
                .orElseGet(() -> Json.list(server.get(RestClient.path("projects")), "projects").stream()
                        .map(known -> Json.text(known, "id"))
                        .toList());
    }
}

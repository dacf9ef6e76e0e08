package dev.changeover.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Where things are: the paths of a proxy or a job that a user names by its id alone, and all there is. */
public final class ResourcePaths {
    /** The most that the server gives at once. */
    private static final int PART = 1000;

    private static final Executor IN_BACKGROUND =
            task -> Thread.ofPlatform().daemon().start(task);

    private ResourcePaths() {}

    /** The path of a proxy, of whatever project and instance. */
    public static String proxy(RestClient server, String proxyId) {
        return proxy(server, proxyId, "proxy");
    }

    /** The same where it is removed: what the published clients would delete is another one. */
    public static String removedProxy(RestClient server, String proxyId) {
        return proxy(server, proxyId, "proxies");
    }

    private static String proxy(RestClient server, String proxyId, String room) {
        var proxy = server.get(RestClient.path("proxies", proxyId));
        return RestClient.path(
                Json.text(proxy, "project_id"), "instances", Json.text(proxy, "instance_id"), room, proxyId);
    }

    /** The path of an instance, of whatever project. */
    public static String instance(RestClient server, String instanceId) {
        var instance = server.get(RestClient.path("instances", instanceId));
        return RestClient.path(Json.text(instance, "project_id"), "instances", instanceId);
    }

    /** The path of a job, of whatever project. */
    public static String job(RestClient server, String jobId) {
        var upgrade = server.get(RestClient.path("upgrades", jobId));
        return RestClient.path(Json.text(upgrade, "project_id"), "upgrades", jobId);
    }

    /** The instances of a project, or of all, a part after the other. */
    public static void instances(RestClient server, Optional<String> project, Consumer<List<JsonNode>> part) {
        projects(server, project).forEach(id -> parts(server, RestClient.path(id, "instances"), "instances", part));
    }

    public static List<String> projects(RestClient server, Optional<String> project) {
        if (project.isPresent()) {
            return List.of(project.get());
        }
        var ids = new ArrayList<String>();
        parts(
                server,
                RestClient.path("projects"),
                "projects",
                part -> part.forEach(known -> ids.add(Json.text(known, "id"))));
        return ids;
    }

    /** A list of any length, a part after the other; while one is dealt with, the server makes the next. */
    public static void parts(RestClient server, String path, String list, Consumer<List<JsonNode>> part) {
        parts(server, path, new Query(), PART, list, part);
    }

    /**
     * Those of a list that a query asks for, in the same way.
     *
     * @param size of a part: the most that the server gives of this list at once
     */
    public static void parts(
            RestClient server, String path, Query query, int size, String list, Consumer<List<JsonNode>> part) {
        var answer = server.get(path + query.part(0, size));
        for (int from = size; from < answer.path("total_count").asInt(); from += size) {
            var next = path + query.part(from, size);
            var asked = CompletableFuture.supplyAsync(() -> server.get(next), IN_BACKGROUND);
            part.accept(Json.list(answer, list));
            answer = answered(asked);
        }
        part.accept(Json.list(answer, list));
    }

    private static JsonNode answered(CompletableFuture<JsonNode> asked) {
        try {
            return asked.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException failure ? failure : failed;
        }
    }
}

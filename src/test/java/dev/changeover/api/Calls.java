package dev.changeover.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Calls the API as any client would; sees exactly what goes over the wire. */
public record Calls(URI server, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As an operator. */
    public static Calls to(EmbeddedServer server) {
        return new Calls(server.getURI(), Callers.operator(server.getApplicationContext()));
    }

    /** The same calls by somebody else; nobody if the token is empty. */
    public Calls by(String otherToken) {
        return new Calls(server, otherToken);
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    public Answer post(String path, String body, String... headers) {
        var withType = headers.length == 0 ? new String[] {"Content-Type", "application/json"} : headers;
        return send("POST", path, body, withType);
    }

    public Answer patch(String path, String body) {
        return send("PATCH", path, body, "Content-Type", "application/json");
    }

    public Answer put(String path, String body) {
        return send("PUT", path, body, "Content-Type", "application/json");
    }

    public Answer send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(server.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new AssertionError(method + " " + path + " got no answer", failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Upgrades the first proxy of {@link Fleets} and answers with the job's id. */
    public String submit() {
        return submit("p-1", "i-1", "x-1");
    }

    /** Upgrades another proxy of them. */
    public String submit(String project, String instance, String proxy) {
        return submit(project, instance, proxy, false);
    }

    /** The same in the maintenance window. */
    public String submitInTheWindow() {
        return submit("p-1", "i-1", "x-1", true);
    }

    private String submit(String project, String instance, String proxy, boolean isDelayed) {
        var versions = "{\"source_version\":\"%s\",\"target_version\":\"%s\",\"is_delayed\":%s}"
                .formatted(Fleets.OLD, Fleets.NEW, isDelayed);
        return post("/v3/%s/instances/%s/proxy/%s/upgrade-version".formatted(project, instance, proxy), versions)
                .json()
                .path("update_result")
                .get(0)
                .path("workflow_id")
                .asText();
    }

    /** The answer. */
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String text() {
            return response.body();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (JsonProcessingException notJson) {
                throw new AssertionError("not JSON: " + response.body(), notJson);
            }
        }

        public String code() {
            return json().path("error_code").asText();
        }

        public String message() {
            return json().path("error_msg").asText();
        }
    }
}

package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server as people start it, with its own Temporal and the demonstration's fleet of three sandbox nodes, all in this
 * process. There are two people, olga who owns the demonstration's project and otto the operator.
 */
public final class SandboxScene implements AutoCloseable {
    public static final String PROXY = DemoFleet.PROXY;
    public static final String INSTANCE = "demo-instance";
    public static final String PROJECT = "demo-project";
    public static final String PASSWORD = "correct horse battery";

    private final Path directory = Files.createTempDirectory("cons");
    private final Map<String, Object> settings;
    private final Database database = FakeMySqlServer.start("the console needs no more");
    private final DemoNodes nodes;
    private ServerProcess server;

    /** @param ageLimit sessions older than this are closed at once */
    public SandboxScene(Duration soak, Duration ageLimit) throws IOException {
        settings = Map.of(
                "changeover.data",
                directory.resolve("server").toString(),
                "changeover.port",
                Loopback.freePort(),
                "changeover.temporal.port",
                0,
                "changeover.temporal.ui-port",
                0,
                "changeover.temporal.allow-in-process",
                true,
                "changeover.temporal.ends-with-parent",
                true,
                "changeover.upgrade.soak",
                soak.toMillis() + "ms",
                "changeover.upgrade.age-limit",
                ageLimit.toSeconds() + "s",
                "changeover.upgrade.agent-pickup-timeout",
                "20s");
        nodes = DemoNodes.ofSandbox(directory.resolve("sandbox"), database, "the console needs no more");
        server = started();
        DemoFleet.register(server.inventory(), nodes);
        Stream.of(
                        "{\"name\":\"olga\",\"role\":\"owner\",\"projects\":[\"demo-project\"],\"password\":\"%s\"}",
                        "{\"name\":\"otto\",\"role\":\"operator\",\"password\":\"%s\"}") // which ends the token
                .forEach(user -> post("/v3/users", user.formatted(PASSWORD)));
    }

    private ServerProcess started() {
        var fresh = ServerProcess.start(settings);
        nodes.nodes().forEach(node -> fresh.serve(node.queue(), node.agent()));
        return fresh;
    }

    /** Ends the server with its Temporal and starts it again at the same address; the nodes stay. */
    public void restart() {
        server.close();
        server = started();
    }

    public URI address() {
        return server.api();
    }

    /** Sessions that stay until they are closed. */
    public PersistentClients clients(int count) throws IOException {
        return PersistentClients.open(nodes.addresses(), database.app(), count, Duration.ofMillis(500));
    }

    private void post(String path, String body) {
        try (var http = HttpClient.newHttpClient()) {
            var token = Files.readString(directory.resolve("server/operator-token"));
            var request = HttpRequest.newBuilder(address().resolve(path))
                    .header("X-Auth-Token", token.strip())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        nodes.close();
        database.close();
        FileTree.delete(directory);
    }
}

package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeActivities;
import dev.changeover.server.ServerProcess;
import dev.changeover.window.MaintenanceWindow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server as people start it, with its own Temporal and the demonstration's fleet of three nodes with enrolled agents,
 * all in this process. The nodes are sandboxes, or HAProxy. There are two people, olga who owns the demonstration's project and otto the operator.
 */
public final class SandboxScene implements AutoCloseable {
    public static final String PROXY = DemoFleet.PROXY;
    public static final String INSTANCE = "demo-instance";
    public static final String PROJECT = "demo-project";
    public static final String PASSWORD = "correct horse battery";

    private static final String NO_MORE = "the console needs no more";

    private final Path directory = Files.createTempDirectory("cons");
    private final Map<String, Object> settings;
    private final Database database;
    private final DemoNodes nodes;
    private final MaintenanceWindow window = closedForHours();
    private ServerProcess server;

    /** @param ageLimit sessions older than this are closed at once */
    public SandboxScene(Duration soak, Duration ageLimit) throws IOException {
        this(soak, ageLimit, FakeMySqlServer.start(NO_MORE), false);
    }

    /** Two versions of HAProxy in front of MariaDB. */
    public static SandboxScene ofHaproxy(Duration soak, Duration ageLimit) throws IOException {
        return new SandboxScene(soak, ageLimit, RealParts.mariaDb(), true);
    }

    private SandboxScene(Duration soak, Duration ageLimit, Database database, boolean haproxy) throws IOException {
        this.database = database;
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
        nodes = haproxy
                ? DemoNodes.ofHaproxy(directory.resolve("nodes"), database, RealParts.kernels(), DemoNodes.IDS)
                : DemoNodes.ofSandbox(directory.resolve("nodes"), database, NO_MORE, DemoNodes.IDS);
        server = started();
        DemoFleet.register(server.inventory(), nodes);
        server.inventory().setWindow(INSTANCE, window);
        Stream.of(
                        "{\"name\":\"olga\",\"role\":\"owner\",\"projects\":[\"demo-project\"],\"password\":\"%s\"}",
                        "{\"name\":\"otto\",\"role\":\"operator\",\"password\":\"%s\"}") // which ends the token
                .forEach(user -> post("/v3/users", user.formatted(PASSWORD)));
    }

    /** Whatever the time of the day, nothing opens while a test lasts. */
    private static MaintenanceWindow closedForHours() {
        var soon = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS).plusHours(5);
        return new MaintenanceWindow(soon, soon.plusHours(4), ZoneId.of("UTC"));
    }

    /** The window of the instance, closed for the next four hours. */
    public MaintenanceWindow window() {
        return window;
    }

    /** Another project has a proxy on the older version, named unattended, for whose nodes nobody answers. */
    public void addProxyWithoutAgents() {
        var older = nodes.older().version();
        var rows = Stream.of(Node.Role.PRIMARY, Node.Role.STANDBY)
                .map(role -> new Node(
                        "lone-" + role,
                        "lone",
                        "lone-" + role,
                        role,
                        "az1",
                        "node:lone",
                        older,
                        Node.Status.NORMAL,
                        null,
                        null,
                        0))
                .toList();
        server.inventory()
                .register(new Inventory.Fleet(
                        List.of(new Project("other-project", "others", "local")),
                        List.of(new Instance("lone", "other-project", "lone", Instance.Status.NORMAL, window)),
                        List.of(new Proxy(
                                "lone",
                                "lone",
                                "unattended",
                                "10.0.0.5",
                                3306,
                                Proxy.Mode.HA,
                                nodes.engine(),
                                Proxy.Status.NORMAL,
                                rows))));
    }

    private ServerProcess started() {
        var fresh = ServerProcess.start(settings);
        nodes.nodes().forEach(node -> fresh.serve(node.queue(), enrolled(node, fresh)));
        return fresh;
    }

    private static NodeActivities enrolled(DemoNodes.DemoNode node, ServerProcess server) {
        try {
            return node.enrolled(server.enrolment(node.id()));
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    public String older() {
        return nodes.older().version().toString();
    }

    public String newer() {
        return nodes.newer().version().toString();
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
        if (database instanceof FakeMySqlServer own) own.close();
        FileTree.delete(directory);
    }
}

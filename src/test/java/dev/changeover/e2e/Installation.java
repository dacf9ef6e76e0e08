package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.demo.HaproxyKernels;
import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.SampleConfiguration;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.temporal.RealTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three HAProxy nodes with an agent each, a server with a Temporal of its own, all separate processes on this host. */
final class Installation implements AutoCloseable {
    static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "/v3/p-1/instances/in-1/proxy/px-1";

    final HaproxyKernels.Available kernels = RealParts.kernels();
    final MariaDb database = RealParts.mariaDb();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Path directory = Files.createTempDirectory("cho");
    private final Map<String, Program> agents = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private final int port = Loopback.freePort();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> more;
    private final List<String> further;
    private final List<String> nodes;
    private final URI newerPackage;
    private Path jar;
    private Program server;

    Installation(Duration ageLimit) throws IOException {
        this(ageLimit, Duration.ofSeconds(2));
    }

    Installation(Duration ageLimit, Duration soak) throws IOException {
        this(ageLimit, soak, List.of());
    }

    /** @param further ids of instances beside {@code in-1}, each with one proxy of two nodes of its own */
    Installation(Duration ageLimit, Duration soak, List<String> further) throws IOException {
        this(ageLimit, soak, further, Program.JAR, Map.of());
    }

    /** @param newer gives agents the newer kernel's package */
    Installation(Duration ageLimit, Duration soak, HeldPackage newer) throws IOException {
        this(ageLimit, soak, List.of(), Program.JAR, Map.of(), newer::of);
    }

    /**
     * @param jar of the server, and of the agents until {@link #from}
     * @param more of the server's and agents' environment, or in the place of what it has otherwise
     */
    Installation(Duration ageLimit, Duration soak, List<String> further, Path jar, Map<String, String> more)
            throws IOException {
        this(ageLimit, soak, further, jar, more, Path::toUri);
    }

    private Installation(
            Duration ageLimit,
            Duration soak,
            List<String> further,
            Path jar,
            Map<String, String> more,
            Function<Path, URI> newer)
            throws IOException {
        RealTemporal.program();
        this.newerPackage = newer.apply(kernels.newer().packageFile());
        this.jar = jar;
        this.more = Map.copyOf(more);
        this.further = List.copyOf(further);
        this.nodes = Stream.concat(NODES.stream(), further.stream().flatMap(instance -> nodesOf(instance).stream()))
                .toList();
        environment.putAll(Map.of(
                "CHANGEOVER_DATA",
                directory.resolve("server").toString(),
                "CHANGEOVER_PORT",
                String.valueOf(port),
                "CHANGEOVER_TEMPORAL_MODE",
                "DEV_SERVER",
                "CHANGEOVER_TEMPORAL_PORT",
                String.valueOf(Loopback.freePort()),
                "CHANGEOVER_TEMPORAL_UI_PORT",
                String.valueOf(Loopback.freePort()),
                "CHANGEOVER_UPGRADE_AGE_LIMIT",
                ageLimit.toSeconds() + "s",
                "CHANGEOVER_UPGRADE_SOAK",
                soak.toSeconds() + "s",
                "CHANGEOVER_UPGRADE_AGENT_PICKUP_TIMEOUT",
                "20s"));
        environment.putAll(more);
        server = serverProcess(directory.resolve("server.log"), environment);
        for (var node : nodes) {
            prepare(node);
        }
        await("the server is ready")
                .atMost(Duration.ofMinutes(5))
                .ignoreExceptions()
                .until(this::isReady);
        register();
        for (var node : nodes) {
            startAgent(node);
            enroll(node);
        }
        await("every node serves")
                .atMost(Duration.ofMinutes(5))
                .until(() -> nodes.stream().allMatch(node -> serving(node).isPresent()));
    }

    /** From now on servers and agents are started from that jar. */
    void from(Path otherJar) {
        jar = otherJar;
    }

    private Program serverProcess(Path log, Map<String, String> itsEnvironment) throws IOException {
        return Program.start(jar, log, itsEnvironment, List.of("-Xmx256m"), "server");
    }

    /** A further server on the same database and Temporal, with the same key file; the caller ends it. */
    Program startServerBeside(int itsPort) throws IOException {
        var data = Files.createDirectories(directory.resolve("beside"));
        var itsEnvironment = new HashMap<>(environment);
        itsEnvironment.put("CHANGEOVER_DATA", data.toString());
        itsEnvironment.put("CHANGEOVER_PORT", String.valueOf(itsPort));
        itsEnvironment.put(
                "CHANGEOVER_KEY_FILE", directory.resolve("server/secret.key").toString());
        return serverProcess(directory.resolve("beside.log"), itsEnvironment);
    }

    private void prepare(String node) throws IOException {
        var home = Files.createDirectories(directory.resolve(node));
        int listens = Loopback.freePort();
        ports.put(node, listens);
        Files.writeString(home.resolve("haproxy.cfg"), SampleConfiguration.of(listens, database.address()));
        Files.writeString(home.resolve("agent.toml"), """
                node_id = "%s"
                run_dir = "%s"
                kernels_dir = "%s"
                haproxy_configuration = "%s"
                package_addresses = ["%s", "%s"]
                check_user = "haproxy_check"
                [initial_kernel]
                version = "%s"
                reported_version = "%s"
                url = "%s"
                sha256 = "%s"
                """.formatted(
                        node,
                        home.resolve("run"),
                        home.resolve("kernels"),
                        home.resolve("haproxy.cfg"),
                        Objects.requireNonNull(kernels.older().packageFile().getParent())
                                .toUri(),
                        newerPackage.resolve("."),
                        kernels.older().version(),
                        kernels.older().reportedVersion(),
                        kernels.older().packageFile().toUri(),
                        kernels.older().sha256()));
    }

    private void register() throws IOException {
        post(
                "/v3/kernel-versions",
                "kernels:\n"
                        + entry(kernels.older(), kernels.older().packageFile().toUri())
                        + entry(kernels.newer(), newerPackage));
        post(
                "/v3/fleet",
                """
                projects:
                  - id: p-1
                    name: shop
                    region: eu-de
                    instances:
                      - id: in-1
                        name: orders
                        proxies:
                          - id: px-1
                            name: orders proxy
                            address: 127.0.0.1
                            port: %d
                            mode: Cluster
                            engine: haproxy
                            version: %s
                            nodes:
                              - {id: n1, role: primary, az_code: az1}
                              - {id: n2, role: standby, az_code: az2}
                              - {id: n3, role: standby, az_code: az3}
                """.formatted(ports.get("n1"), kernels.older().version())
                        + further.stream().map(this::registered).collect(Collectors.joining()));
    }

    /** The primary first. */
    static List<String> nodesOf(String further) {
        return List.of(further + "-a", further + "-b");
    }

    private String registered(String instance) {
        var nodesOfIt = nodesOf(instance);
        return """
                      - id: %1$s
                        name: %1$s
                        proxies:
                          - id: px-%1$s
                            address: 127.0.0.1
                            port: %2$d
                            mode: Ha
                            engine: haproxy
                            version: %3$s
                            nodes:
                              - {id: %4$s, role: primary, az_code: az1}
                              - {id: %5$s, role: standby, az_code: az2}
                """.formatted(
                        instance,
                        ports.get(nodesOfIt.getFirst()),
                        kernels.older().version(),
                        nodesOfIt.getFirst(),
                        nodesOfIt.getLast());
    }

    private static String entry(HaproxyKernels.Kernel kernel, URI from) {
        return """
                  - engine: haproxy
                    version: %s
                    reported_version: %s
                    release_notes: from the distribution
                    packages:
                      - arch: %s
                        url: %s
                        sha256: %s
                """.formatted(
                kernel.version(), kernel.reportedVersion(), System.getProperty("os.arch"), from, kernel.sha256());
    }

    private JsonNode post(String path, String yaml) {
        try {
            var answer = send(HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", yaml.startsWith("{") ? "application/json" : "application/yaml")
                    .POST(HttpRequest.BodyPublishers.ofString(yaml)));
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return JSON.readTree(answer.body());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Runs a command of the command line and gives its exit code. */
    int cli(String... command) throws IOException, InterruptedException {
        var environment = Map.of("CHANGEOVER_DATA", directory.resolve("server").toString());
        return Program.start(directory.resolve("cli.log"), environment, command).exitCode(Duration.ofMinutes(3));
    }

    /** The same, for what it prints. */
    String printed(String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "cli", ".txt");
        var environment = Map.of("CHANGEOVER_DATA", directory.resolve("server").toString());
        assertThat(Program.start(output, environment, command).exitCode(Duration.ofMinutes(1)))
                .isZero();
        return Files.readString(output);
    }

    /** Where programs find the server. */
    URI api() {
        return uri("");
    }

    void startAgent(String node) throws IOException {
        var home = directory.resolve(node);
        var program = Program.start(
                jar,
                directory.resolve(node + ".log"),
                ofAgents(),
                List.of("-Xmx48m"),
                "agent",
                "--config",
                home.resolve("agent.toml").toString());
        agents.put(node, program);
    }

    /** Runs a person's command on the node's host; gives its exit code. */
    int onHost(String node, String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("agent"));
        words.addAll(List.of(command));
        words.addAll(List.of(
                "--config", directory.resolve(node).resolve("agent.toml").toString()));
        return Program.start(directory.resolve("host.log"), ofAgents(), words.toArray(String[]::new))
                .exitCode(Duration.ofMinutes(1));
    }

    private Map<String, String> ofAgents() {
        var itsEnvironment = new HashMap<>(more);
        itsEnvironment.put("CHANGEOVER_DATA", directory.resolve("server").toString());
        return itsEnvironment;
    }

    private void enroll(String node) throws IOException {
        var token = post("/v3/nodes/" + node + "/enrolment", "{}").path("token").asText();
        try {
            assertThat(onHost(node, "enroll", token)).isZero();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    Program agent(String node) {
        return Objects.requireNonNull(agents.get(node));
    }

    void killServer() {
        server.kill();
    }

    void startServer() throws IOException {
        server = serverProcess(directory.resolve("server.log"), environment);
        await("the server is ready again")
                .atMost(Duration.ofMinutes(5))
                .ignoreExceptions()
                .until(this::isReady);
    }

    /** kill -9 of the Temporal server that belongs to this installation; the control plane brings it back. */
    void killTemporal() throws IOException {
        var record = JSON.readTree(
                directory.resolve("server").resolve("temporal.json").toFile());
        ProcessHandle.of(record.path("pid").asLong()).orElseThrow().destroyForcibly();
    }

    List<InetSocketAddress> addresses() {
        return NODES.stream()
                .map(node -> new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Objects.requireNonNull(ports.get(node))))
                .toList();
    }

    /** Generations that live on a node, as HAProxy itself says. */
    List<Generation.Live> generations(String node) {
        try {
            return new RunDirectory(directory.resolve(node).resolve("run"))
                    .generations().stream()
                            .filter(Generation.Live.class::isInstance)
                            .map(Generation.Live.class::cast)
                            .toList();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    Optional<Generation.Live> serving(String node) {
        return generations(node).stream()
                .filter(generation -> !generation.stopping())
                .findFirst();
    }

    boolean isReady() throws IOException, InterruptedException {
        return get("/health").path("status").asText().equals("UP");
    }

    /** The answer to an upgrade request to the newer kernel, upon submission, with its status. */
    HttpResponse<String> upgrade() throws IOException, InterruptedException {
        return upgrade(false);
    }

    /** The same, or in the maintenance window. */
    HttpResponse<String> upgrade(boolean inWindow) throws IOException, InterruptedException {
        var body = "{\"source_version\":\"%s\",\"target_version\":\"%s\",\"is_delayed\":%s}"
                .formatted(kernels.older().version(), kernels.newer().version(), inWindow);
        var request = HttpRequest.newBuilder(uri(BASE + "/upgrade-version"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        var answer = send(request);
        // A busy server asks to come again, and the key brings the same job.
        for (int again = 0; answer.statusCode() == 503 && again < 10; again++) answer = send(request);
        return answer;
    }

    /** Sets the maintenance window of the instance, from one hour to another, in UTC. */
    void window(ZonedDateTime opens, ZonedDateTime closes) throws IOException, InterruptedException {
        var hours = DateTimeFormatter.ofPattern("HH:00");
        var body = "{\"start_time\":\"%s\",\"end_time\":\"%s\"}".formatted(hours.format(opens), hours.format(closes));
        var answer = send(HttpRequest.newBuilder(uri("/v3/p-1/instances/in-1/ops-window"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** The Temporal server that belongs to this installation. */
    WorkflowClient temporal() {
        return WorkflowClient.newInstance(WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + environment.get("CHANGEOVER_TEMPORAL_PORT"))
                .build()));
    }

    /** The job of an upgrade that was asked for. */
    static String accepted(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body())
                .path("update_result")
                .path(0)
                .path("workflow_id")
                .asText();
    }

    JsonNode view(String jobId) throws IOException, InterruptedException {
        return get("/v3/p-1/upgrades/" + jobId);
    }

    JsonNode report(String jobId) throws IOException, InterruptedException {
        return get("/v3/p-1/upgrades/" + jobId + "/report");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(HttpRequest.newBuilder(uri(path)).GET()).body());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var token = Files.readString(directory.resolve("server").resolve("operator-token"));
        return http.send(
                request.timeout(Duration.ofMinutes(1))
                        .header("X-Auth-Token", token.strip())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() throws IOException {
        agents.values().forEach(Program::terminate);
        server.terminate();
        nodes.forEach(node -> generations(node).forEach(Installation::end));
        FileTree.delete(directory);
    }

    private static void end(Generation.Live generation) {
        ProcessHandle.of(generation.master()).ifPresent(master -> {
            master.destroy();
            master.onExit().completeOnTimeout(master, 5, TimeUnit.SECONDS).join();
        });
    }
}

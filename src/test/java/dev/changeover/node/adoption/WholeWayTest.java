package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.check.CheckedHost;
import dev.changeover.node.check.Finding;
import dev.changeover.node.check.NodeCheck;
import dev.changeover.temporal.Certificates;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations of strangers, the whole way under load: checked, adopted, upgraded, reloaded and given back. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class WholeWayTest {
    private static final NodeOrder NODE = new NodeOrder("n1", null);
    private static final Duration SOAK = Duration.ofSeconds(1);

    @TempDir
    Path keys;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private final List<Integer> ports = new ArrayList<>();
    private AdoptionHost here;
    private HttpServer http;
    private ServerSocket agentCheck;

    @BeforeEach
    void host() throws IOException {
        here = new AdoptionHost();
        ports.add(here.host().port());
        while (ports.size() < 5) ports.add(Loopback.freePort());
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        http.start();
        agentCheck = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::answerAgentChecks);
        Files.createDirectory(here.host().home().resolve("jail"));
        Files.writeString(here.host().home().resolve("allowed.lst"), "127.0.0.1\n");
        Files.writeString(here.host().home().resolve("ways.map"), "10.0.0.0/8 scripted\n");
    }

    /** A server's own opinion of its weight. */
    private void answerAgentChecks() {
        while (!agentCheck.isClosed()) {
            try (var caller = agentCheck.accept()) {
                caller.getOutputStream().write("up 75%\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // The next one is answered, or the test is over.
                continue;
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        http.stop(0);
        agentCheck.close();
        environment.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defaults-from.cfg",
                "several",
                "tls-and-acl.cfg",
                "discovery-and-http.cfg",
                "fifty-servers.cfg",
                "cluster-check.cfg",
                "shards-and-sections.cfg",
                "conditions-and-jail.cfg",
                "peers-and-logs.cfg"
            })
    void is_checked_adopted_upgraded_reloaded_and_given_back(String name) throws Exception {
        assumeThat(SystemdUnit.isInCharge()).as("systemd is in charge").isFalse();
        var file = write(name);
        here.start(here.host().startForeign(file, "-W", "-S", here.host().home() + "/m.sock"));
        here.open(5);
        var configuration = here.configuration(AdoptionHost.USER, file);
        var node = here.nodeOf(file);
        environment.registerActivitiesImplementations(node);
        var agent = environment.newActivityStub(NodeActivities.class);
        assertThat(NodeCheck.of(CheckedHost.of(configuration), List.of()))
                .filteredOn(finding -> finding.level() == Finding.Level.PROBLEM)
                .isEmpty();

        try (var traffic = here.traffic()) {
            var adoption = new Adoption(configuration, node);
            adoption.carryOut(adoption.plan(null));
            here.open(5);
            upgrade(agent);
            here.open(5);
            Files.writeString(lastOf(file), "# one more line\n", StandardOpenOption.APPEND);
            assertThat(node.reload(ByHand.CAREFULLY)).isTrue();
            await().untilAsserted(() ->
                    assertThat(node.status().problems()).noneMatch(problem -> problem.kind() != Kind.NO_ROOM));
            // The last of the short ones may still be on its way out.
            await().untilAsserted(() -> assertThat(node.status().generations())
                    .filteredOn(generation -> !generation.serving())
                    .extracting(NodeState.Generation::sessions)
                    .containsExactly(5, 5, 5));
            for (var session : here.sessions()) assertThat(session.alive()).isTrue();
            // What was adopted must end first.
            for (var session : here.sessions().subList(0, 5)) session.close();
            await().until(() -> node.status().generations().size() == 3);
            var back = new GiveBack(configuration, "haproxy.service");
            assertThat(back.run()).isEmpty();
            var now = traffic.total().connections();
            await().until(() -> traffic.total().connections() > now + 100);

            assertThat(traffic.total().reasons()).isEmpty();
            assertThat(traffic.total().failed()).isZero();
        }
        assertThat(here.run().serving()).isEmpty();
        for (var session : here.sessions().subList(5, 15))
            assertThat(session.alive()).isTrue();
    }

    private static void upgrade(NodeActivities agent) {
        var kernel = RealParts.kernels().newer().toRun();
        agent.stage(new StageOrder(NODE, kernel));
        assertThat(agent.handOver(new HandOverOrder(NODE, kernel)).changed()).isTrue();
        agent.verify(new VerifyOrder(NODE, kernel, SOAK, false));
    }

    private static Path lastOf(Path file) throws IOException {
        if (!Files.isDirectory(file)) return file;
        try (var parts = Files.list(file)) {
            return parts.sorted().toList().getLast();
        }
    }

    private Path write(String name) throws IOException, URISyntaxException {
        var from = Path.of(Objects.requireNonNull(WholeWayTest.class.getResource("/strangers/" + name))
                .toURI());
        if (!Files.isDirectory(from)) return Files.write(here.file(), filled(from));
        var directory = Files.createDirectories(here.host().home().resolve("conf.d"));
        try (var parts = Files.list(from)) {
            for (var part : parts.toList())
                Files.write(directory.resolve(part.getFileName().toString()), filled(part));
        }
        return directory;
    }

    private byte[] filled(Path file) throws IOException {
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains("server.pem")) certify();
        for (var i = 1; i <= ports.size(); i++) {
            text = text.replace("@%d@".formatted(i), Integer.toString(ports.get(i - 1)));
        }
        return text.replace("@DIR@", here.host().home().toString())
                .replace("@DB@", Integer.toString(RealParts.mariaDb().address().getPort()))
                .replace("@HTTP@", Integer.toString(http.getAddress().getPort()))
                .replace("@AGENT@", Integer.toString(agentCheck.getLocalPort()))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void certify() throws IOException {
        var certificates = Certificates.in(keys).certify("node");
        Files.writeString(
                here.host().home().resolve("server.pem"),
                Files.readString(certificates.certificate("node")) + Files.readString(certificates.key("node")));
    }
}

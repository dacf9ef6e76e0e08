package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState.Backend;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.temporal.Certificates;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Configurations in the shape in which distributions, roles, operators and images ship them, one file each in {@code
 * src/test/resources/field}: HAProxy starts with it, reloads it and is upgraded, or HAProxy's own words say why not.
 */
@Order(1)
class FieldTest {

    private static final Duration SOAK = Duration.ofSeconds(1);

    /** Their own: one lets nobody in without TLS. */
    private static MariaDb database;

    private static MariaDb withTls;
    private static ServerSocket silent;
    private static HttpServer http;

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private final int[] ports = new int[4];
    private HaproxyRig rig;

    @BeforeAll
    static void servers(@TempDir Path keys) throws IOException {
        database = RealParts.ownMariaDb();
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-xr-x"));
        var certificates = Certificates.in(keys).certify("db");
        for (var file : List.of(certificates.certificate("db"), certificates.key("db"))) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        withTls = RealParts.ownMariaDb(
                "--ssl-cert=" + certificates.certificate("db"), "--ssl-key=" + certificates.key("db"));
        withTls.ask("set global require_secure_transport = on");
        silent = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        http.start();
    }

    @AfterAll
    static void end() throws IOException {
        http.stop(0);
        silent.close();
        withTls.close();
        database.close();
    }

    @BeforeEach
    void host() throws IOException {
        rig = new HaproxyRig(directory, false, database);
        ports[0] = rig.address().getPort();
        for (var i = 1; i < ports.length; i++) ports[i] = Loopback.freePort();
        Files.createDirectories(rig.home().resolve("jail"));
        Files.createDirectories(rig.home().resolve("relative"));
        Files.writeString(rig.home().resolve("relative/x.lua"), "core.Debug('x')\n");
        Files.writeString(rig.home().resolve("allowed.lst"), "127.0.0.1\n");
        var check = Files.writeString(rig.home().resolve("check.sh"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(check, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
        environment.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-distribution-default",
                "05-listen-stats",
                "06-stats-prometheus",
                "07-operator-image",
                "13-dead-second-backend",
                "20-setenv",
                "25-relative-lua",
                "26-default-path",
                "28-passwords",
                "30-unix-prefix",
                "35-disabled-listen",
                "47-conditions",
                "59-reader-out",
                "63-latin-1",
                "70-other-sections",
                "71-templates-and-quotes",
                "74-port-range",
                "75-chained",
                "76-one-ipv6-address",
                "77-address-twice",
                "78-variables-reset"
            })
    void is_started_reloaded_and_upgraded_without_losing_a_session(String name) throws Exception {
        var agent = serving(name);
        if (name.startsWith("59")) takeOut();

        try (var session = rig.connect()) {
            upgrade(agent);

            assertThat(session.alive()).isTrue();
        }
        rig.connect().close();
    }

    /** The file is of before the operator let the server in again, as after a reload that nobody saved the state for. */
    @Test
    void a_file_of_server_states_that_is_out_of_date_takes_no_server_out() throws Exception {
        var agent = serving("72-stale-server-state");
        rig.tell(1, "set server db/two state maint");
        Files.writeString(rig.home().resolve("stale.state"), rig.tell(1, "show servers state"));
        rig.tell(1, "set server db/two state ready");

        upgrade(agent);

        var newest = rig.run().directories().getLast().number();
        assertThat(rig.tell(newest, "show servers state db").lines().filter(line -> line.contains(" two ")))
                .singleElement()
                .satisfies(line -> assertThat(line.split(" ")[6]).isEqualTo("0"));
    }

    @Test
    void an_inspection_says_which_backends_a_login_proves() throws Exception {
        var agent = serving("05-listen-stats");

        assertThat(agent.inspect(rig.node()).backends())
                .containsExactly(
                        new Backend("statistics", Backend.Kind.OTHER, false),
                        new Backend("cluster", Backend.Kind.MYSQL, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "14-source-acl",
                "16-interface",
                "36-postgres",
                "45-tls",
                "46-proxy-header",
                "57-require-tls",
                "60-v6only",
                "61-address-elsewhere",
                "62-unix-only",
                "79-rules-of-a-backend"
            })
    void is_upgraded_where_our_client_is_not_let_in(String name) throws Exception {
        upgrade(serving(name));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "11-address-on-listen,        haproxy.cfg:7] : please use the 'bind' keyword for listening addresses",
                "29-large-maxconn,            Cannot raise FD limit to",
                "42-nbproc,                   nbproc",
                "53-socket-directory-missing, cannot bind",
                "73-program,                  section 'program sidecar'"
            })
    void is_refused_in_haproxys_own_words(String name, String words) throws Exception {
        write(name);
        rig.agent(Breakpoint.NONE);

        assertThatThrownBy(rig::serve).hasMessageContaining(words).message().doesNotContain("gen-1/haproxy.cfg");

        assertThat(rig.agent().status().generations()).isEmpty();
    }

    @Test
    void a_directory_of_files_is_one_configuration() throws Exception {
        var parts = rig.home().resolve("conf.d");
        Files.createDirectories(parts);
        try (var files = Files.list(resource("23-directory"))) {
            for (var file : files.toList()) {
                Files.write(parts.resolve(file.getFileName().toString()), filled(file));
            }
        }
        Files.delete(rig.operatorFile());
        rig.serveWith(List.of(parts));
        var agent = start();

        try (var session = rig.connect()) {
            upgrade(agent);
            Files.writeString(parts.resolve("70-more.cfg"), "backend more\n    server m 127.0.0.1:1\n");

            assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
            assertThat(session.alive()).isTrue();
        }
        await().untilAsserted(() -> assertThat(rig.agent().status().problems()).isEmpty());
    }

    /** As an operator does after having looked, hours ago. */
    private void takeOut() throws IOException {
        rig.tell(1, "set server reader/two state maint");
    }

    private NodeActivities serving(String name) throws Exception {
        write(name);
        return start();
    }

    private NodeActivities start() throws IOException {
        rig.serve();
        environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
        return environment.newActivityStub(NodeActivities.class);
    }

    /** To the newer kernel, watched; and a reload of the file with a harmless change. */
    private void upgrade(NodeActivities agent) throws IOException {
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var done = agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
        agent.verify(new VerifyOrder(rig.node(), rig.kernel(Package.B), SOAK, false));
        assertThat(done.millis()).isPositive();
        if (Files.exists(rig.operatorFile())) {
            Files.write(rig.operatorFile(), concat(Files.readAllBytes(rig.operatorFile()), "# seen\n"));
            assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
        }
        await().untilAsserted(() -> assertThat(rig.agent().status().problems())
                .noneMatch(problem -> !problem.text().contains("still has sessions")));
        assertThat(rig.run().generations().stream()
                        .filter(Generation.Live.class::isInstance)
                        .map(Generation.Live.class::cast)
                        .filter(live -> !live.stopping()))
                .singleElement()
                .satisfies(live -> assertThat(live.version())
                        .isEqualTo(rig.kernel(Package.B).reportedVersion()));
    }

    private static byte[] concat(byte[] text, String more) {
        return (new String(text, StandardCharsets.ISO_8859_1) + more).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void write(String name) throws Exception {
        Files.write(rig.operatorFile(), filled(resource(name + ".cfg")));
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(FieldTest.class.getResource("/field/" + name))
                .toURI());
    }

    private byte[] filled(Path file) throws IOException {
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains("server.pem")) certify();
        for (var i = 1; i <= ports.length; i++)
            text = text.replace("@%d@".formatted(i), Integer.toString(ports[i - 1]));
        return text.replace("@DIR@", rig.home().toString())
                .replace("@DB@", Integer.toString(database.address().getPort()))
                .replace("@TLS_DB@", Integer.toString(withTls.address().getPort()))
                .replace("@SILENT@", Integer.toString(silent.getLocalPort()))
                .replace("@HTTP@", Integer.toString(http.getAddress().getPort()))
                .replace("@INTERFACE@", network())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void certify() throws IOException {
        var certificates = Certificates.in(directory).certify("node");
        Files.writeString(
                rig.home().resolve("server.pem"),
                Files.readString(certificates.certificate("node")) + Files.readString(certificates.key("node")));
    }

    /** One through which we cannot come ourselves, where there is one. */
    private static String network() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(network -> {
                    try {
                        return !network.isLoopback() && network.isUp();
                    } catch (IOException gone) {
                        return false;
                    }
                })
                .map(NetworkInterface::getName)
                .findFirst()
                .orElse("lo");
    }
}

package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.mysql.Login;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.site.AgentConfiguration.ProcessListAccount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a MariaDB of its own, which keeps what clients say of themselves. */
class ProcessListTest {

    private static final Duration NOW = Duration.ZERO;

    @TempDir
    Path directory;

    private static MariaDb database;

    @BeforeAll
    static void start() throws IOException {
        database = RealParts.ownMariaDb("--performance-schema=ON");
    }

    @AfterAll
    static void stop() {
        if (database != null) database.close();
    }

    @Test
    void tells_user_state_and_program_of_a_connection() throws Exception {
        mayReadPrograms(true);
        var url = "jdbc:mariadb://%s/?user=%s&connectionAttributes=program_name:billing"
                .formatted(address(database.address()), NodeRig.USER);
        var list = list(database.address());
        try (var billing = DriverManager.getConnection(url);
                var statement = billing.createStatement();
                var idle = new SessionClient(database.address())) {
            billing.setAutoCommit(false);
            statement.execute("start transaction with consistent snapshot");

            await().untilAsserted(() -> assertThat(list.asOf(NOW).all())
                    .filteredOn(row -> row.user().equals(NodeRig.USER))
                    .extracting(DatabaseConnections.Row::state, DatabaseConnections.Row::program)
                    .contains(tuple(State.IN_TRANSACTION, "billing"), tuple(State.IDLE, null)));
            assertThat(list.asOf(NOW).find(idle.name(), address(database.address())))
                    .hasValueSatisfying(row -> assertThat(row.state()).isEqualTo(State.IDLE));
        }
    }

    @Test
    void without_the_right_to_read_programs_the_rest_is_told() throws Exception {
        mayReadPrograms(false);
        var list = list(database.address());
        try (var client = new SessionClient(database.address())) {
            await().untilAsserted(() -> assertThat(list.asOf(NOW).find(client.name(), address(database.address())))
                    .hasValueSatisfying(row -> assertThat(row.user()).isEqualTo(NodeRig.USER)));
        }
    }

    @Test
    void the_same_port_of_another_host_or_towards_another_database_is_somebody_else() throws Exception {
        var list = list(database.address());
        try (var client = new SessionClient(database.address())) {
            var port = client.name().substring(client.name().lastIndexOf(':'));
            await().until(() -> list.asOf(NOW)
                    .find(client.name(), address(database.address()))
                    .isPresent());

            assertThat(list.asOf(NOW).find("127.0.0.2" + port, address(database.address())))
                    .isEmpty();
            assertThat(list.asOf(NOW).find(client.name(), "127.0.0.1:1")).isEmpty();
            assertThat(list.asOf(NOW).find("", "")).isEmpty();
        }
    }

    @Test
    void a_database_that_hangs_costs_a_moment_once() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var list = list((InetSocketAddress) silent.getLocalSocketAddress());
            var began = Instant.now();

            for (var look = 0; look < 100; look++)
                assertThat(list.asOf(NOW).all()).isEmpty();

            assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void without_an_account_nothing_is_known() throws Exception {
        assertThat(new ProcessList(null).asOf(NOW).all()).isEmpty();
        assertThat(new ProcessList(null).refusal()).isEmpty();
    }

    @Test
    void why_an_account_sees_nothing_is_said_to_whoever_looks() throws Exception {
        var known = list(database.address());
        assertThat(known.refusal()).isEmpty();
        assertThat(known.complaint()).isEmpty();

        var wrong = list(database.address());
        Files.writeString(directory.resolve("password"), "another");

        await().untilAsserted(() -> {
            assertThat(wrong.asOf(NOW).all()).isEmpty();
            assertThat(wrong.complaint())
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith("the process list of " + address(database.address()))
                            .contains("Access denied"));
        });
        assertThat(wrong.refusal()).isEqualTo(wrong.complaint());
    }

    private static void mayReadPrograms(boolean yes) throws IOException {
        var right = "select on performance_schema.session_connect_attrs";
        var whom = database.watch().user() + "@'%'";
        database.ask("grant " + right + " to " + whom);
        if (!yes) database.ask("revoke " + right + " from " + whom);
    }

    private ProcessList list(InetSocketAddress where) throws IOException {
        Login watch = database.watch();
        var password = Files.writeString(directory.resolve("password"), watch.password());
        return new ProcessList(new ProcessListAccount(address(where), watch.user(), password));
    }

    private static String address(InetSocketAddress address) {
        return "127.0.0.1:" + address.getPort();
    }
}

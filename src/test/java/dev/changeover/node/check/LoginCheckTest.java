package dev.changeover.node.check;

import static dev.changeover.node.check.CheckScene.of;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import dev.changeover.node.agent.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the check user meets at real databases, at full ones and at none. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class LoginCheckTest {
    private CheckScene scene;

    @BeforeEach
    void scene() throws IOException {
        scene = new CheckScene();
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void a_login_and_the_limits_of_the_database_are_shown() throws Exception {
        var server = server(RealParts.mariaDb().address().getPort());

        assertThat(logins())
                .containsExactly(
                        "OK %s: haproxy_check can log in".formatted(server),
                        "OK %s: its max_connections is 2000".formatted(server));
    }

    @Test
    void limits_that_two_generations_reach_are_named() throws Exception {
        try (var small = RealParts.ownMariaDb("--max-connections=100", "--max-connect-errors=10")) {
            servedBy(small.address().getPort());

            assertThat(logins())
                    .anySatisfy(found ->
                            assertThat(found).startsWith("WARNING").contains("its max_connections is 100", "1000"))
                    .anySatisfy(found -> assertThat(found).startsWith("WARNING").contains("max_connect_errors is 10"));
        }
    }

    @Test
    void a_user_that_the_database_does_not_know_is_named() throws Exception {
        scene.checkUser("nobody_knows_this_user");

        assertThat(logins())
                .singleElement()
                .asString()
                .startsWith("PROBLEM db/db1 127.0.0.1:")
                .contains(
                        "it refuses nobody_knows_this_user: 1045 Access denied", "create user nobody_knows_this_user");
    }

    @Test
    void a_user_who_must_come_over_tls_is_named() throws Exception {
        try (var strict = RealParts.ownMariaDb()) {
            strict.ask("alter user haproxy_check@'%' require ssl");
            servedBy(strict.address().getPort());

            assertThat(logins())
                    .singleElement()
                    .asString()
                    .startsWith("PROBLEM")
                    .contains("1045", "demands TLS");
        }
    }

    @Test
    void a_database_that_is_full_is_named() throws Exception {
        try (var database = new TestDatabase()) {
            database.refuse(true);
            servedBy(database.address().getPort());

            assertThat(logins())
                    .singleElement()
                    .asString()
                    .startsWith("PROBLEM")
                    .contains("1040 Too many connections; it is full: raise max_connections");
        }
    }

    @Test
    void a_server_that_nobody_reaches_is_a_problem_where_no_other_proves_its_backend() throws Exception {
        servedBy(Loopback.freePort());
        assertThat(logins()).singleElement().asString().startsWith("WARNING").contains("Connection refused");

        scene.replace("backend db\n", "backend db\n    option mysql-check user haproxy_check\n");
        assertThat(logins()).singleElement().asString().startsWith("PROBLEM").contains("Connection refused");

        scene.append("    server db2 127.0.0.1:%d check\n"
                .formatted(RealParts.mariaDb().address().getPort()));
        assertThat(logins()).isNotEmpty().noneMatch(found -> found.startsWith("PROBLEM"));
    }

    @Test
    void what_does_not_greet_is_no_problem_unless_its_checks_say_mysql() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            servedBy(silent.getLocalPort());
            assertThat(logins()).singleElement().asString().startsWith("OK").contains("does not greet");

            scene.replace("backend db\n", "backend db\n    option mysql-check user haproxy_check\n");
            assertThat(logins())
                    .singleElement()
                    .asString()
                    .startsWith("PROBLEM")
                    .contains("no MySQL server greets");
        }
    }

    @Test
    void a_server_that_only_haproxy_can_speak_to_is_not_tried() throws Exception {
        scene.append("    default-server send-proxy-v2\n");
        scene.append("    server db2 127.0.0.1 check\n");

        assertThat(logins())
                .allSatisfy(found -> assertThat(found).startsWith("OK").contains("not tried"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    server db2 db.invalid:3306 check resolvers ours\n",
                "    server db2 127.0.0.1:1 check send-proxy-v2-ssl\n",
                "    server db2 127.0.0.1:1 check namespace blue\n",
                "    source 127.0.0.2\n    server db2 127.0.0.1:1 check\n",
                "    server db2 127.0.0.1:1 check\ndefaults\n    source 127.0.0.2\n"
            })
    void what_is_reached_in_a_way_of_haproxys_own_is_no_problem(String lines) throws Exception {
        scene.replace("backend db\n", "backend db\n    option mysql-check user haproxy_check\n");
        scene.append(lines);

        assertThat(logins())
                .filteredOn(found -> found.contains("db/db2"))
                .singleElement()
                .asString()
                .startsWith("OK")
                .contains("not tried", "a handover tries it through HAProxy");
    }

    private List<String> logins() throws Exception {
        return of("logins", scene.findings());
    }

    private String server(int port) {
        return "db/db1 127.0.0.1:" + port;
    }

    private void servedBy(int port) throws IOException {
        scene.replace(
                "server db1 127.0.0.1:" + RealParts.mariaDb().address().getPort(), "server db1 127.0.0.1:" + port);
    }
}

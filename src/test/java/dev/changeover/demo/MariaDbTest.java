package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlRefusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class MariaDbTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void one_that_cannot_be_started_leaves_nothing() throws IOException {
        RealParts.mariaDb();
        var before = unstarted();

        assertThatThrownBy(() -> MariaDb.start("--impossible=\0")).isInstanceOf(IOException.class);

        await().atMost(LIMIT).until(() -> before.containsAll(unstarted()));
    }

    /** Its directories of which no server has begun to write a log. */
    private static List<Path> unstarted() throws IOException {
        try (var all = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "changeover-db*")) {
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(home -> Files.notExists(home.resolve("mariadbd.log")))
                    .toList();
        }
    }

    @Test
    void the_check_user_logs_in_without_a_password() throws IOException {
        var database = RealParts.mariaDb();

        assertThat(ask(database.address(), Database.CHECK, "select current_user()"))
                .isEqualTo("haproxy_check@%");
    }

    @Test
    void a_client_needs_its_password() throws IOException {
        var database = RealParts.mariaDb();
        var thief = new Login(database.app().user(), "guessed");

        assertThat(ask(database.address(), database.app(), "select database() is null"))
                .isEqualTo("1");
        assertThatThrownBy(() -> ask(database.address(), thief, "select 1"))
                .isInstanceOfSatisfying(
                        MySqlRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(1045));
    }

    @Test
    void a_client_may_use_its_own_database_only() {
        var database = RealParts.mariaDb();

        assertThatThrownBy(() -> ask(database.address(), database.app(), "select count(*) from mysql.global_priv"))
                .isInstanceOf(MySqlRefusal.class)
                .hasMessageContaining("denied");
    }

    @Test
    void the_watcher_sees_other_sessions() throws IOException {
        var database = RealParts.mariaDb();

        try (var other = MySqlConnection.open(database.address(), database.app(), LIMIT)) {
            String port = ask(
                    database.address(),
                    database.watch(),
                    "select host from information_schema.processlist where user = 'app' and host like '%:"
                            + other.localPort() + "'");

            assertThat(port).endsWith(":" + other.localPort());
        }
    }

    @Test
    void has_room_for_two_thousand_clients_and_forgives_aborted_handshakes() throws IOException {
        var database = RealParts.mariaDb();

        assertThat(database.ask("select @@max_connections")).isEqualTo("2000");
        assertThat(Long.parseLong(database.ask("select @@max_connect_errors"))).isGreaterThan(1_000_000);
    }

    @Test
    void does_not_run_as_root_and_ends_without_a_trace() throws IOException {
        Path process;
        InetSocketAddress address;
        try (var database = RealParts.ownMariaDb()) {
            process = Path.of("/proc/" + database.pid());
            address = database.address();

            assertThat(Files.getOwner(process).getName()).isNotEqualTo("root");
        }

        assertThat(process).doesNotExist();
        assertThatThrownBy(() -> ask(address, Database.CHECK, "select 1")).hasMessageContaining("refused");
    }

    @Test
    void ends_with_the_process_that_started_it_even_when_that_is_killed() throws IOException, InterruptedException {
        RealParts.mariaDb();
        Path directory = Files.createTempDirectory("changeover-orphan");
        String java = ProcessHandle.current().info().command().orElseThrow();

        var killed = ProgramRun.in(
                        Path.of("/"),
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartsMariaDbAndIsKilled.class.getName(),
                        directory.toString())
                .run();

        assertThat(killed.exitCode()).as(killed.output()).isEqualTo(137);
        Path process = Path.of("/proc/" + killed.lastLine());
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(process).doesNotExist());
        FileTree.delete(directory);
    }

    /** A process of its own: prints the database's process id and ends as if by kill -9. */
    static final class StartsMariaDbAndIsKilled {
        public static void main(String[] directory) throws IOException {
            System.out.println(MariaDb.start(Path.of(directory[0])).pid());
            Runtime.getRuntime().halt(137);
        }
    }

    private static String ask(InetSocketAddress address, Login login, String sql) throws IOException {
        try (var connection = MySqlConnection.open(address, login, LIMIT)) {
            return connection.query(sql);
        }
    }
}

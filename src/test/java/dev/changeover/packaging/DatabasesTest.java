package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.TestDatabase;
import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The scripts that a database container runs on an empty volume, on a real database. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class DatabasesTest {
    @Test
    void postgres_has_a_database_for_us_and_lets_temporal_make_its_own() throws Exception {
        try (var postgres = TestDatabase.server(Loopback.freePort()).start()) {
            firstStart(postgres);

            try (var ours = connect(postgres, "changeover", "changeover")) {
                execute(ours, "create table proof (id int)");
            }
            try (var temporal = connect(postgres, "temporal", "postgres")) {
                execute(temporal, "create database temporal_visibility");
            }
        }
    }

    @Test
    void mariadb_has_a_user_for_checks_and_one_who_sees_the_process_list() throws IOException {
        var mariaDb = RealParts.mariaDb();

        firstStart(mariaDb);

        assertThat(mariaDb.ask("show grants for 'haproxy_check'@'%'")).startsWith("GRANT USAGE ON *.*");
        assertThat(mariaDb.ask("show grants for 'changeover'@'%'")).startsWith("GRANT PROCESS ON *.*");
        assertThat(mariaDb.ask("select password('%s') = authentication_string from mysql.user where user = 'changeover'"
                        .formatted(Files.readString(Image.SOURCES.resolve("process-list-password"))
                                .strip())))
                .isEqualTo("1");
    }

    static void firstStart(EmbeddedPostgres postgres) throws IOException, SQLException {
        try (var administrator = postgres.getPostgresDatabase().getConnection()) {
            for (var statement : statements("postgres.sql")) execute(administrator, statement);
        }
    }

    static void firstStart(MariaDb mariaDb) throws IOException {
        for (var statement : statements("mariadb.sql")) mariaDb.ask(statement);
    }

    private static List<String> statements(String file) throws IOException {
        var text = Files.readString(Image.SOURCES.resolve(file)).replaceAll("(?m)^--.*\n", "");
        return Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** In the compose file, user and password are the same word. */
    private static Connection connect(EmbeddedPostgres postgres, String user, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.getPort(), database), user, user);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package dev.changeover.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.database.TestDatabase;
import dev.changeover.host.Loopback;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseDownTest {

    private static final String WATCHER = "w".repeat(32);

    @TempDir
    Path data;

    @Test
    void a_lost_database_is_503_and_the_api_recovers_by_itself() throws IOException {
        var port = Loopback.freePort();
        var database = start(port);
        try (var server = ApplicationContext.run(EmbeddedServer.class, withMetrics(database), "test")) {
            var call = Calls.to(server);
            assertThat(call.get("/v3/projects").status()).isEqualTo(200);

            database.close();
            var answer = call.get("/v3/projects");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DBS.280005");
            assertThat(answer.header("Retry-After")).isEqualTo("10");
            assertThat(answer.header("X-Request-Id")).isNotEmpty();
            var health = call.by("").get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("status").asText()).isEqualTo("DOWN");
            var figures = call.by(WATCHER).get("/prometheus");
            assertThat(figures.text()).contains("changeover_database_up 0.0");

            try (var again = start(port)) {
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> call.get("/v3/projects").status() == 200);
                assertThat(again.getPort()).isEqualTo(port);
            }
        }
    }

    /** As a primary becomes that was demoted behind its address, or whose operator made it so: its connections stay. */
    @Test
    void a_database_that_takes_no_changes_any_more_is_away_and_the_api_recovers_by_itself() throws Exception {
        try (var database = start(Loopback.freePort());
                var server = ApplicationContext.run(EmbeddedServer.class, settings(database), "test")) {
            var call = Calls.to(server);
            assertThat(call.get("/prometheus").text()).contains("changeover_database_up 1.0");
            var backends = backends(database);

            readOnly(database, "on");
            var answer = call.post("/v3/me/access-keys", "");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("the database cannot be reached; nothing is known to have changed");
            assertThat(call.get("/health").json().path("status").asText()).isEqualTo("DOWN");
            assertThat(call.get("/health").json().at("/details/database").toString())
                    .contains("DOWN", "read-only transaction");
            Awaitility.await("the metric")
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(call.get("/prometheus").text()).contains("changeover_database_up 0.0"));
            assertThat(backends(database)).as("new connections").doesNotContainSequence(backends);

            readOnly(database, "off");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(call.get("/health")
                                    .json()
                                    .at("/details/database/status")
                                    .asText())
                            .isEqualTo("UP"));
        }
    }

    private static void readOnly(EmbeddedPostgres database, String now) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("alter system set default_transaction_read_only = " + now);
            statement.execute("select pg_reload_conf()");
        }
    }

    private static List<Integer> backends(EmbeddedPostgres database) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select pid from pg_stat_activity"
                        + " where backend_type = 'client backend' and pid <> pg_backend_pid() order by pid")) {
            var pids = new ArrayList<Integer>();
            while (row.next()) pids.add(row.getInt(1));
            return pids;
        }
    }

    private static Map<String, Object> settings(EmbeddedPostgres database) {
        return Map.of(
                "test.fake-upgrades",
                true,
                FixedClock.TICKS,
                true,
                "changeover.database.url",
                database.getJdbcUrl("postgres", "postgres"),
                "changeover.database.username",
                "postgres",
                "changeover.database.password",
                "postgres");
    }

    private Map<String, Object> withMetrics(EmbeddedPostgres database) throws IOException {
        var settings = new HashMap<>(settings(database));
        settings.put(
                "changeover.metrics.token-file",
                Files.writeString(data.resolve("token"), WATCHER).toString());
        return settings;
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return TestDatabase.server(port)
                .setDataDirectory(data.resolve("pg"))
                .setCleanDataDirectory(false)
                .start();
    }
}

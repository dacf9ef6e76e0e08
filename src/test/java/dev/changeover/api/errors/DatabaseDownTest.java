package dev.changeover.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.database.TestDatabase;
import dev.changeover.host.Loopback;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseDownTest {

    @TempDir
    Path data;

    @Test
    void a_lost_database_is_503_and_the_api_recovers_by_itself() throws IOException {
        var port = Loopback.freePort();
        var database = start(port);
        Map<String, Object> properties = Map.of(
                "test.fake-upgrades",
                true,
                "changeover.database.url",
                database.getJdbcUrl("postgres", "postgres"),
                "changeover.database.username",
                "postgres",
                "changeover.database.password",
                "postgres");
        try (var server = ApplicationContext.run(EmbeddedServer.class, properties, "test")) {
            var call = Calls.to(server);
            assertThat(call.get("/v3/projects").status()).isEqualTo(200);

            database.close();
            var answer = call.get("/v3/projects");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DBS.280005");
            assertThat(answer.header("Retry-After")).isEqualTo("10");
            assertThat(answer.header("X-Request-Id")).isNotEmpty();

            try (var again = start(port)) {
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> call.get("/v3/projects").status() == 200);
                assertThat(again.getPort()).isEqualTo(port);
            }
        }
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return TestDatabase.server(port)
                .setDataDirectory(data.resolve("pg"))
                .setCleanDataDirectory(false)
                .start();
    }
}

package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class NodeProcessesTest {
    @TempDir
    Path home;

    @Test
    void a_session_outlives_the_agent_which_is_started_again() throws Exception {
        DatabasesTest.firstStart(RealParts.mariaDb());
        var port = Loopback.freePort();

        try (var containers = new Containers(home)) {
            containers.build("node-1", outside(port));
            containers.start("node-1", Map.of("TEMPORAL_ADDRESS", "127.0.0.1:" + Loopback.freePort()));
            containers.awaitHealth("node-1");
            var app = RealParts.mariaDb().app();
            var url = "jdbc:mariadb://127.0.0.1:%d/app?user=%s&password=%s".formatted(port, app.user(), app.password());
            try (var session = DriverManager.getConnection(url);
                    var statement = session.createStatement()) {
                statement.execute("select connection_id()");
                var before = agents(containers);
                assertThat(before).hasSize(1);

                before.getFirst().destroyForcibly();

                await().atMost(Duration.ofMinutes(1))
                        .until(() -> agents(containers).stream().anyMatch(agent -> !before.contains(agent)));
                containers.awaitHealth("node-1");
                assertThat(statement.execute("select connection_id()")).isTrue();
            }
        }
        await("nothing of it runs on")
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process ->
                                process.info().commandLine().orElse("").contains(home.toString())));
    }

    /** The texts in a node's files, and their replacements here. */
    static Map<String, String> outside(int port) {
        var database = RealParts.mariaDb().address();
        return Map.of(
                "mariadb:3306", database.getHostString() + ":" + database.getPort(),
                "*:3306", "127.0.0.1:" + port,
                "0CEA", HexFormat.of().withUpperCase().toHexDigits((short) port));
    }

    private static List<ProcessHandle> agents(Containers containers) {
        return containers.processesOf("node-1").stream()
                .filter(process -> process.info().commandLine().orElse("").contains("changeover.jar agent"))
                .toList();
    }
}

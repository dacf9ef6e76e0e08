package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.database.TestDatabase;
import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import dev.changeover.temporal.RealTemporal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainersEndToEndTest {
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @TempDir
    Path home;

    @Test
    void everything_of_ours_in_the_compose_file_runs_and_can_upgrade() throws Exception {
        DatabasesTest.firstStart(RealParts.mariaDb());
        var http = Loopback.freePort();
        try (var postgres = TestDatabase.server(Loopback.freePort()).start();
                var containers = new Containers(home)) {
            DatabasesTest.firstStart(postgres);
            var neighbours = Map.of(
                    "postgres:5432", "127.0.0.1:" + postgres.getPort(),
                    "temporal:7233", RealTemporal.address(),
                    "server:8080", "127.0.0.1:" + http,
                    "127.0.0.1:8080", "127.0.0.1:" + http);

            containers.build("server", neighbours);
            containers.start(
                    "server", Map.of("CHANGEOVER_PORT", Integer.toString(http), "CHANGEOVER_HOST", "127.0.0.1"));
            containers.awaitHealth("server");

            containers.build("fleet", neighbours);
            assertThat(containers.run("fleet"))
                    .extracting(Run::errors, Run::exitCode)
                    .containsExactly("", 0);
            assertThat(containers.run("fleet").exitCode()).as("once more").isZero();

            var added = containers.exec(
                    "server",
                    "echo 'correct horse battery' | changeover user add anna --role operator --password-stdin");
            assertThat(added.exitCode()).as(added.errors()).isZero();
            await("what stood for her is gone")
                    .untilAsserted(() -> assertThat(containers.run("fleet"))
                            .returns(0, Run::exitCode)
                            .extracting(Run::output)
                            .asString()
                            .startsWith("There is an operator"));
            var loggedIn =
                    containers.exec("server", "echo 'correct horse battery' | changeover login anna --password-stdin");
            assertThat(loggedIn.exitCode()).as(loggedIn.errors()).isZero();

            for (var node : NODES) {
                var here = new HashMap<>(NodeProcessesTest.outside(Loopback.freePort()));
                here.putAll(neighbours);
                containers.build(node, here);
                containers.start(node, Map.of());
            }
            NODES.forEach(containers::awaitHealth);

            var plan = containers.exec("server", "changeover plan shop-proxy");
            assertThat(plan.exitCode()).as(plan.output() + plan.errors()).isZero();
            assertThat(plan.output())
                    .contains(
                            RealParts.debianKernels().older().version(),
                            RealParts.debianKernels().newer().version())
                    .contains(NODES);
        }
    }
}

package dev.changeover.e2e;

import static dev.changeover.e2e.UpgradeEndToEndTest.LOAD;
import static dev.changeover.e2e.UpgradeEndToEndTest.PER_SECOND;
import static dev.changeover.e2e.UpgradeEndToEndTest.accepted;
import static dev.changeover.e2e.UpgradeEndToEndTest.assertOnlyTheTargetRuns;
import static dev.changeover.e2e.UpgradeEndToEndTest.awaitPhase;
import static dev.changeover.e2e.UpgradeEndToEndTest.clients;
import static dev.changeover.e2e.UpgradeEndToEndTest.thisHour;
import static dev.changeover.e2e.UpgradeEndToEndTest.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.ShortConnections;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What people do to one installation of real processes, before, during and after an upgrade. Each test begins as the one
 * before it has left the nodes, or brings them there, so each can run alone.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OneInstallationEndToEndTest {
    private static Installation here;

    @BeforeAll
    static void install() throws IOException {
        here = new Installation(Duration.ofHours(24));
    }

    @AfterAll
    static void uninstall() throws IOException {
        here.close();
    }

    @Test
    @Order(1)
    @ResourceLock(LOAD)
    void an_agent_that_is_restarted_as_its_unit_does_it_loses_no_session() throws Exception {
        try (var sessions = clients(here, 9);
                var shorts = ShortConnections.start(here.addresses(), here.database.app(), PER_SECOND)) {
            var before = here.serving("n1").orElseThrow();

            here.agent("n1").terminate();
            here.startAgent("n1");
            until(Instant.now().plusSeconds(5));

            assertThat(here.serving("n1").orElseThrow().worker()).isEqualTo(before.worker());
            assertThat(sessions.alive()).isEqualTo(9);
            shorts.close();
            assertThat(shorts.total().failed())
                    .as("%s", shorts.total().reasons())
                    .isZero();
        }
    }

    @Test
    @Order(2)
    void a_second_request_for_the_same_target_changes_nothing() throws Exception {
        assertThat(here.cli("plan", "px-1")).isZero();
        var hour = thisHour();
        here.window(hour.plusHours(6), hour.plusHours(7));
        var jobId = Installation.accepted(here.upgrade(true));
        assertThat(here.cli("start-now", jobId, "--reason", "nobody is there")).isZero();

        var meanwhile = here.upgrade();

        assertThat(meanwhile.statusCode()).isEqualTo(409);
        assertThat(meanwhile.body()).contains("DBS.200011").contains(jobId);
        assertThat(here.cli("watch", jobId)).isZero();
        var pids = Installation.NODES.stream()
                .map(node -> here.serving(node).orElseThrow().master())
                .toList();

        var afterwards = here.upgrade();

        assertThat(afterwards.statusCode()).isEqualTo(400);
        assertThat(here.cli("upgrade", "px-1")).isEqualTo(3);
        assertThat(here.cli("report", jobId, "-o", "json")).isZero();
        assertThat(Installation.NODES.stream()
                        .map(node -> here.serving(node).orElseThrow().master()))
                .isEqualTo(pids);
        assertOnlyTheTargetRuns(here);
    }

    @Test
    @Order(3)
    void the_emergency_door_on_the_host_starts_another_kernel_and_says_so() throws Exception {
        if (!version("n1").equals(here.kernels.newer().version())) {
            awaitPhase(here, accepted(here), "ENDED", Duration.ofMinutes(5));
        }

        assertThat(here.onHost("n1", "boot", "--kernel", here.kernels.older().version()))
                .isZero();

        assertThat(here.serving("n1").orElseThrow().version())
                .isEqualTo(here.kernels.older().reportedVersion());
        await("the inventory shows what n1 really runs")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> version("n1").equals(here.kernels.older().version()));
        assertThat(here.onHost("n1", "status")).isZero();
    }

    private static String version(String node) throws IOException, InterruptedException {
        for (var each : here.get("/v3/proxies/px-1").path("proxy").path("nodes")) {
            if (each.path("id").asText().equals(node)) {
                return each.path("version").asText();
            }
        }
        return "";
    }
}

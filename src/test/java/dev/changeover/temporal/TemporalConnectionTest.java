package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.telemetry.Tracing;
import io.grpc.internal.GrpcUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalConnectionTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path data;

    @Test
    void opens_while_temporal_is_down_and_is_ready_when_it_comes() throws Exception {
        int port = RealTemporal.freePort();
        try (var connection = TemporalConnection.open(at(port))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("cannot be reached"));
            assertThat(connection.ready()).isFalse();

            try (var server = PlainServer.startAt(port)) {
                assertThat(server.process().isAlive()).isTrue();
                assertThat(connection.awaitReady(SOON).ready()).isTrue();
            }
        }
    }

    @Test
    void notices_that_temporal_was_killed_and_recovers_when_it_is_back() throws Exception {
        int port = RealTemporal.freePort();
        try (var connection = TemporalConnection.open(at(port))) {
            try (var first = PlainServer.startAt(port)) {
                assertThat(first.process().isAlive()).isTrue();
                assertThat(connection.awaitReady(SOON).ready()).isTrue();
            }
            await().atMost(SOON).until(() -> !connection.ready());

            try (var second = PlainServer.startAt(port)) {
                assertThat(second.process().isAlive()).isTrue();
                assertThat(connection.awaitReady(SOON).ready()).isTrue();
            }
        }
    }

    @Test
    void names_a_namespace_that_is_not_there_and_how_to_create_it() throws Exception {
        try (var server = PlainServer.start();
                var connection = TemporalConnection.open(server.settings(data).inNamespace("proxies"))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("has no namespace proxies"));

            assertThat(server.run(afterColon(connection.readiness().reason()))).isZero();
            assertThat(connection.awaitReady(SOON).ready()).isTrue();
        }
    }

    @Test
    void closes_at_once_while_temporal_is_down() {
        var connection = TemporalConnection.open(at(RealTemporal.freePort()));

        await().atMost(Duration.ofMinutes(1)).until(() -> {
            connection.close();
            return true;
        });
    }

    @Test
    void runs_inside_this_process_where_that_is_allowed() throws Exception {
        try (var connection = TemporalConnection.open(TestSettings.temporary(TemporalMode.IN_PROCESS, data))) {
            assertThat(connection.awaitReady(SOON).ready()).isTrue();

            assertThat(connection.description()).contains("nothing outlives this process");
            assertThat(connection.webUi()).isEmpty();
            connection
                    .client()
                    .newUntypedWorkflowStub("Anything", Samples.options("inside"))
                    .start();
        }
    }

    @Test
    void refuses_the_forgetful_server_where_it_is_not_allowed() {
        assertThatThrownBy(() -> open(TemporalSettings.in(data), Map.of("XDG_CACHE_HOME", data.toString())))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("set TEMPORAL_ADDRESS, or run: changeover temporal install");
    }

    @Test
    void chooses_the_external_one_when_its_address_is_in_the_environment() {
        try (var connection = open(
                TemporalSettings.in(data),
                Map.of("TEMPORAL_ADDRESS", "127.0.0.1:1", "TEMPORAL_NAMESPACE", "proxies"))) {
            assertThat(connection.mode()).isEqualTo(TemporalMode.EXTERNAL);
            assertThat(connection.address()).isEqualTo("127.0.0.1:1");
            assertThat(connection.namespace()).isEqualTo("proxies");
            assertThat(connection.description()).contains("because its address is configured");
        }
    }

    @Test
    void reads_a_profile_of_temporals_own_file() throws Exception {
        var file = Files.writeString(data.resolve("temporal.toml"), """
                [profile.production]
                address = "127.0.0.1:2"
                namespace = "proxies"
                """);
        var settings =
                new TemporalSettings(TemporalMode.AUTO, null, null, "production", data, 0, 0, false, false, null);

        try (var connection = open(settings, Map.of("TEMPORAL_CONFIG_FILE", file.toString()))) {
            assertThat(connection.address()).isEqualTo("127.0.0.1:2");
            assertThat(connection.namespace()).isEqualTo("proxies");
        }
    }

    @Test
    void says_that_a_named_profile_is_missing() {
        var settings =
                new TemporalSettings(TemporalMode.AUTO, null, null, "production", data, 0, 0, false, false, null);

        assertThatThrownBy(() -> open(settings, Map.of("TEMPORAL_CONFIG_FILE", "/nowhere.toml")))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("profile");
    }

    @Test
    void says_that_an_agent_has_no_address_to_go_to() {
        assertThatThrownBy(() -> TemporalSettings.fromDataDirectory(data))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("configure an address");
    }

    /** Older ones corrupt streams under load; Micronaut's own version is older. */
    @Test
    void has_a_grpc_that_keeps_streams_intact() {
        var version = GrpcUtil.getGrpcBuildVersion().getImplementationVersion().split("\\.");

        assertThat(Integer.parseInt(version[0])).isEqualTo(1);
        assertThat(Integer.parseInt(version[1])).isGreaterThanOrEqualTo(76);
    }

    private TemporalSettings at(int port) {
        return TemporalSettings.in(data).external("127.0.0.1:" + port);
    }

    private static TemporalConnection open(TemporalSettings settings, Map<String, String> environment) {
        return TemporalConnection.open(settings, null, Namespace.Admission.ANY, Tracing.OFF, environment);
    }

    private static String afterColon(String reason) {
        return reason.substring(reason.lastIndexOf("temporal operator"));
    }
}

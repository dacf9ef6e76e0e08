package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.telemetry.Tracing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Temporal behind TLS that wants to know who calls. */
class TemporalTlsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    static Path files;

    private static Path authority = Path.of("");
    private static Path certificate = Path.of("");
    private static Path key = Path.of("");
    private static Certificates certificates;

    @TempDir
    Path data;

    @BeforeAll
    static void certify() {
        certificates = Certificates.in(files).certify("server").certify("client");
        authority = certificates.certificate("ca");
        certificate = certificates.certificate("client");
        key = certificates.key("client");
    }

    @Test
    void a_server_or_agent_shows_its_certificate_and_works_with_the_variables_of_every_temporal_tool()
            throws Exception {
        try (var front = TlsFront.before(RealTemporal.address(), certificates);
                var connection = open(Map.of(
                        "TEMPORAL_ADDRESS", front.address(),
                        "TEMPORAL_TLS_SERVER_CA_CERT_PATH", authority.toString(),
                        "TEMPORAL_TLS_CLIENT_CERT_PATH", certificate.toString(),
                        "TEMPORAL_TLS_CLIENT_KEY_PATH", key.toString()));
                var workers = TemporalWorkersTest.greeting(connection, "over-tls")) {
            await().atMost(SOON).until(workers::running);

            assertThat(TemporalWorkersTest.greet(connection, "over-tls")).isEqualTo("hello Ada");

            assertThat(front.callers).isNotEmpty().containsOnly("CN=client");
        }
    }

    @Test
    void a_profile_says_the_same() throws Exception {
        try (var front = TlsFront.before(RealTemporal.address(), certificates)) {
            var profile = Files.writeString(
                    data.resolve("temporal.toml"), """
                    [profile.default]
                    address = "%s"
                    [profile.default.tls]
                    server_ca_cert_path = "%s"
                    client_cert_path = "%s"
                    client_key_path = "%s"
                    """.formatted(front.address(), authority, certificate, key));
            try (var connection = open(Map.of("TEMPORAL_CONFIG_FILE", profile.toString()))) {
                assertThat(connection.awaitReady(SOON).ready()).isTrue();
                assertThat(front.callers).contains("CN=client");
            }
        }
    }

    /** It is read at the start: one that was renewed in its file changes nothing until the next. */
    @Test
    void the_end_of_our_certificate_is_told_from_thirty_days_ahead(@TempDir Path own) throws Exception {
        var ours = Certificates.in(own).certify("client");
        var ends = ((X509Certificate) ours.store().getCertificate("client"))
                .getNotAfter()
                .toInstant();
        var profile = External.profile(
                TemporalSettings.in(data),
                Map.of(
                        "TEMPORAL_ADDRESS",
                        "127.0.0.1:1",
                        "TEMPORAL_TLS_CLIENT_CERT_PATH",
                        ours.certificate("client").toString()));

        var certificate = new External(profile).certificate().orElseThrow();

        assertThat(certificate.warning(ends.minus(Duration.ofDays(31)))).isEmpty();
        assertThat(certificate.warning(ends.minus(Duration.ofDays(30))).orElseThrow())
                .contains("is good until " + ends, "start this process again");
    }

    @Test
    void without_a_certificate_nobody_is_let_in_and_the_server_is_not_ready() {
        try (var front = TlsFront.before(RealTemporal.address(), certificates);
                var connection = open(Map.of(
                        "TEMPORAL_ADDRESS",
                        front.address(),
                        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
                        authority.toString()))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("cannot be reached"));
            assertThat(front.callers).isEmpty();
        }
    }

    @Test
    void an_authority_that_is_not_known_is_not_trusted() {
        try (var front = TlsFront.before(RealTemporal.address(), certificates);
                var connection = open(Map.of(
                        "TEMPORAL_ADDRESS", front.address(),
                        "TEMPORAL_TLS", "true",
                        "TEMPORAL_TLS_CLIENT_CERT_PATH", certificate.toString(),
                        "TEMPORAL_TLS_CLIENT_KEY_PATH", key.toString()))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("cannot be reached"));
            assertThat(front.callers).isEmpty();
        }
    }

    @Test
    void a_file_that_is_missing_or_something_else_is_named() {
        assertThatThrownBy(() -> open(Map.of(
                        "TEMPORAL_ADDRESS", "127.0.0.1:1", "TEMPORAL_TLS_CLIENT_CERT_PATH", "/nowhere/client.crt")))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("TLS")
                .hasMessageEndingWith("there is no /nowhere/client.crt");
        assertThatThrownBy(() -> open(Map.of(
                        "TEMPORAL_ADDRESS",
                        "127.0.0.1:1",
                        "TEMPORAL_TLS_CLIENT_CERT_PATH",
                        key.toString(),
                        "TEMPORAL_TLS_CLIENT_KEY_PATH",
                        key.toString())))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("TLS");
    }

    /** Of what somebody gets wrong who installs the tenth agent. */
    @Test
    void a_look_says_what_is_wrong_with_the_certificates_and_not_only_that_something_is(@TempDir Path others) {
        var stranger = Certificates.in(others).certify("client");
        try (var front = TlsFront.before(RealTemporal.address(), certificates)) {
            assertThat(look(front.address(), stranger.certificate("ca"), certificate, key, Map.of()))
                    .contains("TLS: no authority that is trusted here vouches for its certificate");
            assertThat(look(
                            front.address(),
                            authority,
                            certificate,
                            key,
                            Map.of("TEMPORAL_TLS_SERVER_NAME", "db.example.com")))
                    .contains("TLS: No ", "db.example.com");
            assertThat(look(front.address(), authority, certificate, stranger.key("client"), Map.of()))
                    .endsWith("TLS: our key is not that of our certificate");
        }
    }

    private String look(String address, Path vouching, Path shown, Path itsKey, Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.putAll(Map.of(
                "TEMPORAL_ADDRESS", address,
                "TEMPORAL_TLS_SERVER_CA_CERT_PATH", vouching.toString(),
                "TEMPORAL_TLS_CLIENT_CERT_PATH", shown.toString(),
                "TEMPORAL_TLS_CLIENT_KEY_PATH", itsKey.toString()));
        return TemporalConnection.look(TemporalSettings.in(data), environment, SOON)
                .reason();
    }

    private TemporalConnection open(Map<String, String> environment) {
        return TemporalConnection.open(
                TemporalSettings.in(data), null, Namespace.Admission.ANY, Tracing.OFF, environment);
    }
}

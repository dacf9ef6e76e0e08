package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.temporal.Certificates;
import dev.changeover.value.WrongSetting;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {
    @TempDir
    static Path files;

    private static Certificates certificates;
    private static Path certificate = Path.of("");
    private static Path key = Path.of("");

    @BeforeAll
    static void certify() {
        certificates = Certificates.in(files).certify("server").certify("other");
        certificate = certificates.certificate("server");
        key = certificates.key("server");
    }

    @Test
    void speaks_tls_to_who_knows_its_authority_and_tells_browsers_to_insist_on_it() throws Exception {
        try (var server = start(certificate, key)) {
            assertThat(server.getURI().toString()).startsWith("https://127.0.0.1:");

            var answer = get(client("TLSv1.3", "TLSv1.2"), server.getURI().resolve("/health"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            var older = get(client("TLSv1.2"), server.getURI().resolve("/health"));
            assertThat(older.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void is_not_trusted_by_who_does_not_know_its_authority_and_says_nothing_in_the_clear() throws Exception {
        try (var server = start(certificate, key)) {
            assertThatThrownBy(() ->
                            get(HttpClient.newHttpClient(), server.getURI().resolve("/health")))
                    .isInstanceOf(SSLHandshakeException.class);
            try (var raw = RawConnection.to(server.getURI())) {
                raw.send("GET /health HTTP/1.1\nHost: h\nConnection: close\n\n");

                assertThat(raw.untilClosed(Duration.ofSeconds(10))).doesNotContain("HTTP/1.1", "UP");
            }
        }
    }

    @Test
    void does_not_start_with_files_that_cannot_be_used_and_says_why_in_one_sentence() throws Exception {
        var garbage = Files.writeString(files.resolve("garbage.pem"), "nothing of the kind");
        var old = Files.writeString(files.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");

        assertRefused(files.resolve("missing.crt"), key, "missing.crt cannot be read: there is no such file");
        assertRefused(certificate, files.resolve("missing.key"), "missing.key cannot be read: there is no such file");
        assertRefused(garbage, key, "garbage.pem has no certificate in PEM");
        assertRefused(certificate, garbage, "garbage.pem has no key that begins with BEGIN PRIVATE KEY");
        assertRefused(certificate, old, "openssl pkcs8 -topk8 -nocrypt -in old.key");
        assertRefused(certificate, certificates.key("other"), "is not that of the certificate");
    }

    @Test
    void one_of_the_two_files_alone_is_refused_and_not_taken_for_no_tls() {
        for (var empty : List.of(Map.<String, Object>of(), Map.<String, Object>of("changeover.tls.key", " "))) {
            assertRefused(named("changeover.tls.certificate", certificate, empty), "name it in CHANGEOVER_TLS_KEY");
        }
        for (var empty : List.of(Map.<String, Object>of(), Map.<String, Object>of("changeover.tls.certificate", ""))) {
            assertRefused(named("changeover.tls.key", key, empty), "name it in CHANGEOVER_TLS_CERTIFICATE");
        }
    }

    @Test
    void empty_names_are_none() throws Exception {
        Map<String, Object> empty =
                Map.of("changeover.port", 0, "changeover.tls.certificate", "", "changeover.tls.key", " ");
        try (var server = ApplicationContext.run(EmbeddedServer.class, empty, "api")) {
            assertThat(server.getURI()).hasScheme("http");
        }
    }

    private static Map<String, Object> named(String property, Path file, Map<String, Object> more) {
        var properties = new HashMap<>(more);
        properties.put("changeover.port", 0);
        properties.put(property, file.toString());
        return properties;
    }

    private static void assertRefused(Map<String, Object> properties, String sentence) {
        assertThatThrownBy(() -> ApplicationContext.run(EmbeddedServer.class, properties, "api")
                        .close())
                .hasRootCauseInstanceOf(WrongSetting.class)
                .hasStackTraceContaining(sentence);
    }

    private static void assertRefused(Path certificate, Path key, String sentence) {
        assertThatThrownBy(() -> start(certificate, key))
                .hasRootCauseInstanceOf(WrongSetting.class)
                .hasStackTraceContaining(sentence);
    }

    private static EmbeddedServer start(Path certificate, Path key) {
        Map<String, Object> properties = Map.of(
                "changeover.port",
                0,
                "changeover.tls.certificate",
                certificate.toString(),
                "changeover.tls.key",
                key.toString());
        return ApplicationContext.run(EmbeddedServer.class, properties, "api");
    }

    private static HttpResponse<String> get(HttpClient client, URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static HttpClient client(String... protocols) throws Exception {
        var known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        var authority = (X509Certificate) certificates.store().getCertificate("ca");
        known.setCertificateEntry("ca", authority);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(known);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(protocols);
        return HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }
}

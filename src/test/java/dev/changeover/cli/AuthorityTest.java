package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Callers;
import dev.changeover.client.Exit;
import dev.changeover.client.UserFiles;
import dev.changeover.temporal.Certificates;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate an authority of its own has made. */
class AuthorityTest {
    @TempDir
    Path files;

    @Test
    void a_server_is_trusted_by_who_names_its_authority_and_by_nobody_else() throws Exception {
        var certificates = Certificates.in(files).certify("server");
        var authority = certificates.certificate("ca");
        Map<String, Object> tls = Map.of(
                "changeover.port",
                0,
                "changeover.tls.certificate",
                certificates.certificate("server").toString(),
                "changeover.tls.key",
                certificates.key("server").toString());
        try (var server = ApplicationContext.run(EmbeddedServer.class, tls, "api")) {
            var environment = Map.of(
                    "CHANGEOVER_SERVER",
                    server.getURI().toString(),
                    "CHANGEOVER_TOKEN",
                    Callers.operator(server.getApplicationContext()));

            var stranger = typed(environment, "whoami");
            var named = typed(environment, "whoami", "--ca", authority.toString());
            var wrong = typed(
                    environment, "whoami", "--ca", files.resolve("none.pem").toString());
            var garbage = typed(
                    environment,
                    "whoami",
                    "--ca",
                    Files.writeString(files.resolve("garbage.pem"), "nothing").toString());

            var unencrypted = typed(
                    environment,
                    "whoami",
                    "--server",
                    server.getURI().toString().replace("https:", "http:"));

            assertThat(unencrypted.exit()).isEqualTo(Exit.UNREACHABLE);
            assertThat(unencrypted.err()).contains("if it speaks TLS there, write https:// in place of http://");
            assertThat(stranger.exit()).isEqualTo(Exit.UNREACHABLE);
            assertThat(stranger.err()).contains("--ca", "certificate");
            assertThat(named.exit()).isZero();
            assertThat(named.out()).contains(Callers.OPERATOR);
            assertThat(wrong.err()).contains("none.pem cannot be read");
            assertThat(garbage.err()).contains("garbage.pem has no certificate");
        }
    }

    private Typed typed(Map<String, String> environment, String... words) {
        return Typed.run(new UserFiles(environment::get, files), Keyboard.ofThisProcess(), words);
    }
}

package dev.changeover.api.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@MicronautTest(environments = "api", transactional = false)
@TestInstance(Lifecycle.PER_CLASS)
class ProviderThrottleTest implements TestPropertyProvider {
    private static final String MADE_UP = "{\"code\":\"made-up\",\"state\":\"%s\"}";

    private final MockOAuth2Server provider = new MockOAuth2Server();

    @Inject
    ApiScene scene;

    @Inject
    EmbeddedServer server;

    @Override
    public Map<String, String> getProperties() {
        provider.start();
        return Map.of(
                "changeover.identity-provider.jwks-url",
                provider.jwksUrl("corp").toString(),
                "changeover.identity-provider.issuer",
                provider.issuerUrl("corp").toString(),
                "changeover.identity-provider.audience",
                "changeover",
                "changeover.identity-provider.client-id",
                "changeover");
    }

    @AfterAll
    void stop() {
        provider.shutdown();
    }

    /** What did not begin here asks the provider nothing, and counts for nothing: a page may be left open too long. */
    @Test
    void who_brings_codes_that_the_provider_does_not_know_too_often_is_told_when_to_try_again() {
        var nobody = scene.call.by("");
        for (int i = 0; i < 25; i++) {
            assertThat(nobody.post("/v3/session/provider/code", MADE_UP.formatted("guessed"))
                            .status())
                    .isEqualTo(401);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(comeBack(nobody).status()).isEqualTo(401);
        }

        var answer = comeBack(nobody);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("DBS.280429");
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(nobody.post("/v3/login", "{\"name\":\"bert\",\"password\":\"x\"}")
                        .status())
                .isEqualTo(401);
    }

    private Calls.Answer comeBack(Calls nobody) {
        var origin = server.getURI().toString();
        var begun = nobody.post("/v3/session/provider", "{}", "Content-Type", "application/json", "Origin", origin);
        var state = begun.text().replaceFirst("(?s).*[?&]state=([^&\"]+).*", "$1");
        return nobody.post(
                "/v3/session/provider/code",
                MADE_UP.formatted(state),
                "Content-Type",
                "application/json",
                "Origin",
                origin,
                "Cookie",
                begun.header("Set-Cookie").replaceFirst(";.*", ""));
    }
}

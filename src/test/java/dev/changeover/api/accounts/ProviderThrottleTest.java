package dev.changeover.api.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;

@MicronautTest(environments = "api", transactional = false)
@Property(name = "changeover.identity-provider.jwks-url", value = "http://127.0.0.1:1/keys")
@Property(name = "changeover.identity-provider.issuer", value = "http://127.0.0.1:1")
@Property(name = "changeover.identity-provider.audience", value = "changeover")
@Property(name = "changeover.identity-provider.client-id", value = "changeover")
class ProviderThrottleTest {
    private final Calls nobody;

    ProviderThrottleTest(ApiScene scene) {
        this.nobody = scene.call.by("");
    }

    private Calls.Answer comeBack() {
        return nobody.post("/v3/session/provider/code", "{\"code\":\"made-up\",\"state\":\"guessed\"}");
    }

    @Test
    void who_comes_back_from_the_provider_with_nothing_too_often_is_told_when_to_try_again() {
        for (int i = 0; i < 20; i++) {
            assertThat(comeBack().status()).isEqualTo(401);
        }

        var answer = comeBack();

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("DBS.280429");
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(nobody.post("/v3/login", "{\"name\":\"bert\",\"password\":\"x\"}")
                        .status())
                .isEqualTo(401);
    }
}

package dev.changeover.api.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.access.provider.Provider;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.api.Fleets;
import dev.changeover.inventory.Inventory;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Calls by people of an identity provider, which was down when the server started. */
@TestInstance(Lifecycle.PER_CLASS)
class ProviderTokensTest {
    private final Provider provider = new Provider(FixedClock.NOW);
    private EmbeddedServer server;
    private Calls nobody;
    private Calls.Answer whileDown;

    @BeforeAll
    void start() {
        provider.down(true);
        Map<String, Object> properties = Map.of(
                "micronaut.server.port",
                -1,
                "changeover.identity-provider.jwks-url",
                provider.keys(),
                "changeover.identity-provider.issuer",
                Provider.ISSUER,
                "changeover.identity-provider.audience",
                "shop," + Provider.AUDIENCE);
        server = ApplicationContext.run(EmbeddedServer.class, properties, "api");
        server.getApplicationContext().getBean(Inventory.class).register(Fleets.twoProjects());
        nobody = Calls.to(server).by("");
        whileDown = nobody.by(provider.token(claims -> claims)).get("/v3/me");
        provider.down(false);
    }

    @AfterAll
    void stop() {
        server.stop();
        provider.close();
    }

    @Test
    void keys_that_cannot_be_fetched_are_our_outage_and_not_the_callers_mistake() {
        assertThat(whileDown.status()).isEqualTo(503);
        assertThat(whileDown.code()).isEqualTo("DBS.280005");
        assertThat(whileDown.header("Retry-After")).isNotEmpty();
        assertThat(whileDown.message()).contains("identity provider");
    }

    @Test
    void a_token_permits_what_its_role_may_in_its_projects() {
        var token = provider.token(claims -> claims);
        var dora = nobody.by(token);

        assertThat(dora.get("/v3/me").text())
                .contains("\"name\":\"idp:dora@corp.example\"", "\"role\":\"owner\"", "\"projects\":[\"p-1\"]");
        assertThat(dora.get("/v3/p-1/instances/i-1/ops-window").status()).isEqualTo(200);
        assertThat(dora.get("/v3/p-2/instances").status()).isEqualTo(404);
        assertThat(dora.get("/v3/kernel-versions").status()).isEqualTo(403);
        assertThat(nobody.get("/v3/me", "Authorization", "Bearer " + token).status())
                .isEqualTo(200);
    }

    @Test
    void our_own_tokens_are_still_ours() {
        assertThat(Calls.to(server).get("/v3/me").json().path("name").asText()).isEqualTo("anna");
        assertThat(nobody.by("made-up").get("/v3/me").status()).isEqualTo(401);
    }

    @Test
    void another_issuers_token_is_nobodys() {
        var answer = nobody.by(provider.token(claims -> claims.issuer("https://elsewhere.example")))
                .get("/v3/me");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("DBS.280056");
    }

    @Test
    void who_has_no_role_here_is_forbidden_everything_and_told_why() {
        var answer = nobody.by(provider.token(claims -> claims.claim("roles", List.of("admin"))))
                .get("/v3/me");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("DBS.280056");
        assertThat(answer.message()).contains("dora@corp.example", "claim roles");
    }

    @Test
    void its_tokens_do_not_end_here() {
        var answer = nobody.by(provider.token(claims -> claims)).send("POST", "/v3/logout", "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("identity provider");
    }

    @Test
    void a_provider_without_an_issuer_stops_the_start() {
        Map<String, Object> properties = Map.of("changeover.identity-provider.jwks-url", provider.keys());

        assertThatThrownBy(() -> ApplicationContext.run(properties, "api"))
                .hasStackTraceContaining("CHANGEOVER_IDENTITY_PROVIDER_ISSUER is not set");
    }
}

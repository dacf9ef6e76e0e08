package dev.changeover.api.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Role;
import dev.changeover.access.Tokens;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.api.Times;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest(environments = "api", transactional = false)
class LogInTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String KERNELS = "/v3/kernel-versions";

    private final Calls call;
    private final Calls nobody;
    private final Accounts accounts;
    private final Tokens tokens;
    private final OneTimeToken oneTime;

    LogInTest(ApiScene scene, Accounts accounts, Tokens tokens, OneTimeToken oneTime) {
        this.call = scene.call;
        this.nobody = scene.call.by("");
        this.accounts = accounts;
        this.tokens = tokens;
        this.oneTime = oneTime;
    }

    @BeforeEach
    void bert_sees_two_projects() {
        if (accounts.account("bert").isEmpty()) {
            accounts.add(new Account("bert", Role.OWNER, Set.of("p-2", "p-1")), PASSWORD, "");
        }
    }

    private Calls.Answer logIn(String name, String password) {
        return nobody.post("/v3/login", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
    }

    @Test
    void a_name_and_its_password_give_a_token_for_half_a_day_and_say_what_it_is_good_for() {
        var answer = logIn("bert", PASSWORD);

        assertThat(answer.status()).isEqualTo(200);
        var json = answer.json();
        assertThat(json.path("name").asText()).isEqualTo("bert");
        assertThat(json.path("role").asText()).isEqualTo("owner");
        assertThat(json.path("projects")).extracting(it -> it.asText()).containsExactly("p-1", "p-2");
        assertThat(json.path("permissions")).extracting(it -> it.asText()).contains("rds:instance:modifyProxy");
        assertThat(json.path("expires_at").asText()).isEqualTo(Times.of(FixedClock.NOW.plus(Duration.ofHours(12))));
        assertThat(answer.header("X-Subject-Token"))
                .isEqualTo(json.path("token").asText());
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        var me = nobody.by(json.path("token").asText()).get("/v3/me").json();
        assertThat(me.toString())
                .isEqualTo("{\"name\":\"bert\",\"role\":\"owner\",\"projects\":[\"p-1\",\"p-2\"],\"permissions\":"
                        + json.path("permissions") + "}");
    }

    @ParameterizedTest
    @CsvSource({"bert, wrong horse battery", "nobody, " + PASSWORD, "anna, " + PASSWORD, "'', ''"})
    void a_wrong_name_and_a_wrong_password_are_answered_alike(String name, String password) {
        var answer = logIn(name, password);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("DBS.280056");
        assertThat(answer.message()).isEqualTo("name and password, or the token, are wrong");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"password":"x"}   | name
            {"name":"bert"}    | password
            {}                 | name
            """)
    void what_is_missing_is_named(String body, String named) {
        var answer = nobody.post("/v3/login", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith(named + ":");
    }

    @Test
    void logging_out_ends_every_token_of_the_account_and_no_other_ones() {
        var first = logIn("bert", PASSWORD).json().path("token").asText();
        var second = call.by(logIn("bert", PASSWORD).json().path("token").asText());

        var answer = second.send("POST", "/v3/logout", "");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(second.get("/v3/me").status()).isEqualTo(401);
        assertThat(call.get("/v3/me").status()).isEqualTo(200);
        assertThat(first).isNotEmpty();
    }

    @Test
    void a_token_that_was_ended_alone_leaves_the_others() {
        var bert = accounts.account("bert").orElseThrow();
        var ended = tokens.issue(bert, Duration.ofHours(1)).text();
        var kept = tokens.issue(bert, Duration.ofHours(1)).text();

        tokens.end(tokens.bearer(ended).orElseThrow());

        assertThat(call.by(ended).get("/v3/me").status()).isEqualTo(401);
        assertThat(call.by(kept).get("/v3/me").status()).isEqualTo(200);
    }

    @Test
    void who_fails_too_often_is_told_when_to_try_again() {
        for (int i = 0; i < 5; i++) {
            assertThat(logIn("carl", "wrong").status()).isEqualTo(401);
        }

        var answer = logIn("carl", PASSWORD);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("DBS.280429");
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(answer.message()).contains("try again in 5 s");
        assertThat(logIn("bert", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void a_one_time_token_is_good_for_nothing_where_there_is_an_operator() {
        assertThat(oneTime.make()).isEmpty();

        var answer = nobody.post("/v3/login", "{\"one_time_token\":\"made-up\"}");

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void a_token_that_nobody_signed_is_nobodys() {
        var claims = new JWTClaimsSet.Builder()
                .issuer("changeover")
                .subject("anna")
                .claim("roles", List.of("rds:kernel:manage"))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();

        var answer = nobody.by(new PlainJWT(claims).serialize()).get(KERNELS);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(call.get(KERNELS).status()).isEqualTo(200);
    }
}

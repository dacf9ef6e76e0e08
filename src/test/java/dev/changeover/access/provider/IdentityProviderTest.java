package dev.changeover.access.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.changeover.access.Account;
import dev.changeover.access.Role;
import dev.changeover.access.SetClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentityProviderTest {
    private static final Account DORA = new Account("idp:dora@corp.example", Role.OWNER, Set.of("p-1"));

    private final SetClock clock = new SetClock();
    private final Provider provider = new Provider(clock.instant());
    private final IdentityProvider known = new IdentityProvider(settings(List.of(Provider.AUDIENCE)), clock);

    @AfterEach
    void stop() {
        provider.close();
    }

    private IdentityProviderSettings settings(@Nullable List<String> audience) {
        return new IdentityProviderSettings(
                URI.create(provider.keys()),
                Provider.ISSUER,
                audience,
                "roles",
                "projects",
                null,
                List.of("viewer"),
                List.of("owner"),
                List.of("operator"));
    }

    @Test
    void its_token_says_who_somebody_is() {
        assertThat(known.account(provider.token(claims -> claims))).contains(DORA);
        assertThat(known.account(provider.accessToken())).contains(DORA);
    }

    @Test
    void the_keys_are_fetched_when_they_are_needed_and_then_kept() {
        var before = provider.fetches();

        known.account(provider.token(claims -> claims));
        known.account(provider.token(claims -> claims));

        assertThat(before).isZero();
        assertThat(provider.fetches()).isEqualTo(1);
    }

    @Test
    void a_new_key_is_fetched_when_a_token_names_it() {
        var before = known.account(provider.token(claims -> claims));

        provider.rotate("key-2");

        assertThat(before).isPresent();
        assertThat(known.account(provider.token(claims -> claims))).contains(DORA);
    }

    @Test
    void what_is_not_for_us_not_from_there_or_not_now_is_nobodys() {
        var now = clock.instant();
        var stranger = Provider.rsa("key-1");
        var unknownKey = Provider.rsa("key-9");

        assertNobodys("expired", provider.token(it -> it.expirationTime(Date.from(now.minus(Duration.ofMinutes(2))))));
        assertNobodys("without an end", provider.token(it -> it.expirationTime(null)));
        assertNobodys("not yet", provider.token(it -> it.notBeforeTime(Date.from(now.plus(Duration.ofMinutes(2))))));
        assertNobodys("another's", provider.token(it -> it.issuer("https://login.example/other")));
        assertNobodys("nobody's", provider.token(it -> it.issuer(null)));
        assertNobodys("for another", provider.token(it -> it.audience("shop")));
        assertNobodys("for nobody", provider.token(it -> it.audience((String) null)));
        assertNobodys(
                "signed by a stranger",
                Provider.signed(stranger, provider.claims().build()));
        assertNobodys(
                "signed with another key",
                Provider.signed(unknownKey, provider.claims().build()));
        assertNobodys("not signed", new PlainJWT(provider.claims().build()).serialize());
        assertNobodys("cut", provider.token(claims -> claims).replaceFirst("\\.[^.]*$", "."));
        assertNobodys("no token", "a.b.c");
        assertThat(known.account(provider.token(claims -> claims))).contains(DORA);
    }

    private void assertNobodys(String what, String token) {
        assertThat(known.account(token)).as(what).isEmpty();
    }

    @Test
    void the_public_key_does_not_sign() throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .keyID(provider.publicKey().getKeyID())
                .build();
        for (var secret : List.of(
                provider.publicKey().toJSONString().getBytes(StandardCharsets.UTF_8),
                provider.publicKey().toRSAPublicKey().getEncoded())) {
            var forged = new SignedJWT(header, provider.claims().build());
            forged.sign(new MACSigner(secret));

            assertNobodys("signed with the public key", forged.serialize());
        }
    }

    @Test
    void without_an_audience_a_token_for_another_program_is_good() {
        var careless = new IdentityProvider(settings(null), clock);

        assertThat(careless.account(provider.token(it -> it.audience("shop")))).contains(DORA);
    }

    @Test
    void keys_that_cannot_be_fetched_are_nobodys_mistake() {
        provider.down(true);

        assertThatThrownBy(() -> known.account(provider.token(claims -> claims)))
                .isInstanceOf(IdentityProvider.Unavailable.class);
        provider.down(false);
        assertThat(known.account(provider.token(claims -> claims))).contains(DORA);
    }

    @Test
    void while_they_cannot_be_fetched_everybody_is_told_so_without_a_fetch_for_each() {
        provider.down(true);

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> known.account(provider.token(claims -> claims)))
                    .isInstanceOf(IdentityProvider.Unavailable.class);
        }

        assertThat(provider.fetches()).isLessThan(5);
    }

    @Test
    void known_keys_stay_good_while_the_provider_is_away() {
        known.account(provider.token(claims -> claims));

        provider.down(true);

        assertThat(known.account(provider.token(claims -> claims))).contains(DORA);
    }

    @Test
    void who_makes_keys_up_does_not_make_us_fetch_them_for_ever() {
        known.account(provider.token(claims -> claims));
        var madeUp = Provider.signed(Provider.rsa("key-9"), provider.claims().build());

        for (int i = 0; i < 20; i++) {
            assertNobodys("made up", madeUp);
        }

        assertThat(provider.fetches()).isLessThan(5);
    }

    @Test
    void who_claims_to_be_an_account_of_the_store_is_still_the_providers() {
        var token = provider.token(claims -> claims.claim("preferred_username", "anna"));

        assertThat(known.account(token).map(Account::name)).contains("idp:anna");
    }

    @Test
    void who_is_nothing_here_is_told_why() {
        assertNoRole("dora@corp.example", it -> it.claim("roles", null), "claim roles");
        assertNoRole("dora@corp.example", it -> it.claim("roles", List.of("root", "admin")), "claim roles");
        assertNoRole("dora@corp.example", it -> it.claim("projects", List.of()), "claim projects");
        assertNoRole("dora", it -> it.claim("preferred_username", "dora\nanna"), "name:");
    }

    private void assertNoRole(String name, UnaryOperator<JWTClaimsSet.Builder> change, String reason) {
        assertThatThrownBy(() -> known.account(provider.token(change)))
                .isInstanceOf(IdentityProvider.NoRole.class)
                .hasMessageContaining(name)
                .hasMessageContaining(reason);
    }

    @Test
    void roles_and_projects_come_as_providers_write_them() {
        assertThat(account("roles", "viewer owner").role()).isEqualTo(Role.OWNER);
        assertThat(account("roles", List.of("viewer", "operator")).role()).isEqualTo(Role.OPERATOR);
        assertThat(account("projects", "*").projects()).containsExactly(Account.EVERY);
        assertThat(account("projects", "p-1, p-2").projects()).containsExactlyInAnyOrder("p-1", "p-2");
    }

    private Account account(String claim, Object value) {
        return known.account(provider.token(claims -> claims.claim(claim, value)))
                .orElseThrow();
    }

    @Test
    void claims_and_words_can_be_called_otherwise() {
        var otherwise = new IdentityProvider(
                new IdentityProviderSettings(
                        URI.create(provider.keys()),
                        Provider.ISSUER,
                        null,
                        "realm_access.roles",
                        "tenants",
                        "sub",
                        List.of("reader"),
                        List.of("team"),
                        List.of("dba", "sre")),
                clock);

        var operator = provider.token(claims -> claims.claim("realm_access", Map.of("roles", List.of("sre"))));
        var owner = provider.token(claims ->
                claims.claim("realm_access", Map.of("roles", List.of("team"))).claim("tenants", List.of("p-7")));

        assertThat(otherwise.account(operator)).contains(Account.operator("idp:7f1c"));
        assertThat(otherwise.account(owner)).contains(new Account("idp:7f1c", Role.OWNER, Set.of("p-7")));
    }

    @Test
    void a_provider_without_an_issuer_is_none() {
        assertThatThrownBy(() -> new IdentityProviderSettings(
                        URI.create(provider.keys()), null, null, "", "", null, List.of(), List.of(), List.of()))
                .hasMessageContaining("CHANGEOVER_IDENTITY_PROVIDER_ISSUER is not set");
    }
}

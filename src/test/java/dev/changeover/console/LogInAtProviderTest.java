package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Chromium;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People of an identity provider, which has its own page for them, log in to the console (REQUIREMENTS S18). */
@MicronautTest(environments = "api", transactional = false)
@TestInstance(Lifecycle.PER_CLASS)
class LogInAtProviderTest implements TestPropertyProvider {
    private static final String DORA =
            "{\"preferred_username\":\"dora@corp.example\",\"roles\":[\"owner\"],\"projects\":[\"p-1\"]}";

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private final MockOAuth2Server provider = new MockOAuth2Server(new OAuth2Config(true));

    @Inject
    EmbeddedServer server;

    @Inject
    ApiScene scene;

    @Override
    public Map<String, String> getProperties() {
        provider.start();
        return Map.of(
                "changeover.identity-provider.jwks-url",
                        provider.jwksUrl("corp").toString(),
                "changeover.identity-provider.issuer",
                        provider.issuerUrl("corp").toString(),
                "changeover.identity-provider.audience", "changeover",
                "changeover.identity-provider.client-id", "changeover",
                "changeover.identity-provider.client-secret", "correct horse battery",
                "changeover.identity-provider.label", "Example SSO");
    }

    @AfterAll
    void stop() {
        provider.shutdown();
    }

    /** In a browser of its own. */
    private Console at(String path) {
        var console = new Console(CHROMIUM, server.getURI());
        console.page.navigate(server.getURI().resolve(path).toString());
        return console;
    }

    private static void logIn(Console console, String claims) {
        console.button("Log in with Example SSO").click();
        console.page.locator("input[name=username]").fill("dora");
        console.page.locator("textarea[name=claims]").fill(claims);
        console.page.locator("[type=submit]").click();
    }

    private static Locator problem(Console console) {
        return console.page.getByRole(AriaRole.ALERT);
    }

    @Test
    void they_come_back_to_where_they_wanted_with_a_session_like_everybody_elses() {
        var dora = at("/login?next=%2Fconsole%2F%23%2Ftasks%2Finstant");
        assertThat(dora.button("Log in with Example SSO")).isVisible();
        assertThat(Chromium.violations(dora.page, "log-in-with-provider")).isEmpty();

        logIn(dora, DORA);

        assertThat(dora.page).hasURL(Pattern.compile(".*/console/#/tasks/instant"));
        assertThat(dora.page.locator("header")).containsText("idp:dora@corp.example owner");
        assertThat(dora.page.context().cookies().stream().filter(cookie -> cookie.name.startsWith("changeover")))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie.sameSite.name()).isEqualTo("STRICT"));
        dora.page.goBack();
        assertThat(dora.page.url()).doesNotContain("code=");
        var audit = scene.call.get("/v3/audit?action=session.begin").text();
        assertThat(audit).contains("\"actor\":\"idp:dora@corp.example\"");
    }

    @Test
    void they_see_and_change_what_their_token_allows_until_they_log_out() {
        var dora = at("/login");
        logIn(dora, DORA);
        assertThat(dora.main()).containsText("orders");
        assertThat(dora.main()).not().containsText("ledger");
        dora.call("PUT", "/v3/p-1/instances/i-1/ops-window", "{\"start_time\":\"03:00\",\"end_time\":\"05:00\"}");

        var session = dora.page.context().cookies().stream()
                .filter(cookie -> cookie.name.equals("changeover_session"))
                .findFirst()
                .orElseThrow();
        dora.button("Log out").click();

        assertThat(dora.page).hasURL(Pattern.compile(".*/login\\?next=.*"));
        assertThat(dora.page.getByLabel("Password")).isVisible();
        assertThat(scene.call
                        .by("")
                        .get("/v3/me", "Cookie", "changeover_session=" + session.value)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void somebody_without_a_role_is_told_which_claim_lacks_it() {
        var console = at("/login");

        logIn(console, "{\"preferred_username\":\"eve\"}");

        assertThat(problem(console)).containsText("eve names no role of this server in its claim roles");
        assertThat(console.page).hasURL(Pattern.compile(".*/login\\?next=.*"));
    }

    @Test
    void an_answer_that_this_browser_did_not_ask_for_logs_nobody_in() {
        assertThat(problem(at("/login?code=stolen&state=made-up"))).containsText("began in another browser");
        assertThat(problem(at("/login?error=access_denied&state=x"))).containsText("refused or given up");
    }

    /** Who has somebody else's code does not have what it was asked for with. */
    @Test
    void a_code_is_good_with_the_verifier_it_was_asked_for_with_only() {
        var victim = at("/login");
        var codes = new ArrayList<String>();
        victim.page.route("**/v3/session/provider/code", route -> {
            codes.add(route.request().postData());
            route.abort();
        });
        logIn(victim, DORA);
        assertThat(problem(victim)).containsText("cannot be reached");
        var thief = at("/login");
        var asked = new ArrayList<String>();
        thief.page.onRequest(request -> asked.add(request.url()));
        thief.button("Log in with Example SSO").click();
        assertThat(thief.page.locator("input[name=username]")).isVisible();

        thief.page.navigate(server.getURI()
                .resolve("/login?code=%s&state=%s"
                        .formatted(found("\"code\":\"([^\"]+)\"", codes), found("[?&]state=([^&]+)", asked)))
                .toString());

        assertThat(problem(thief)).containsText("does not accept this log-in: invalid_grant");
    }

    @Test
    void an_id_token_with_another_nonce_or_for_another_program_is_refused() {
        for (var forged :
                List.of("{\"nonce\":\"another\",", "{\"aud\":\"shop\",", "{\"iss\":\"https://evil.example\",")) {
            var console = at("/login");

            logIn(console, DORA.replaceFirst("\\{", forged));

            assertThat(problem(console)).containsText("what Example SSO says of this log-in is not good here");
        }
    }

    private static String found(String pattern, List<String> texts) {
        return texts.stream()
                .map(Pattern.compile(pattern)::matcher)
                .filter(Matcher::find)
                .findFirst()
                .orElseThrow()
                .group(1);
    }
}

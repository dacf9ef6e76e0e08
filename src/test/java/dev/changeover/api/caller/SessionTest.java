package dev.changeover.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class SessionTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String BODY = "{\"name\":\"bert\",\"password\":\"%s\"}".formatted(PASSWORD);
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";
    private static final String NEW_WINDOW = "{\"start_time\":\"01:00\",\"end_time\":\"02:00\"}";

    private final Calls nobody;
    private final String operator;
    private final Accounts accounts;

    SessionTest(ApiScene scene, Accounts accounts) {
        this.nobody = scene.call.by("");
        this.operator = scene.token;
        this.accounts = accounts;
    }

    @BeforeEach
    void bert_owns_a_project() {
        if (accounts.account("bert").isEmpty()) {
            accounts.add(new Account("bert", Role.OWNER, Set.of("p-1")), PASSWORD, "");
        }
    }

    /** A browser's cookies after a log-in. */
    private record Browser(String session, String csrf) {
        String cookies() {
            return "%s; %s".formatted(session, csrf);
        }

        String csrfToken() {
            return csrf.substring(csrf.indexOf('=') + 1);
        }
    }

    private Browser logIn() {
        var cookies =
                nobody.post(ConsoleSessions.PATH, BODY).response().headers().allValues("Set-Cookie");
        return new Browser(value(cookies.get(0)), value(cookies.get(1)));
    }

    private static String value(String setCookie) {
        return setCookie.substring(0, setCookie.indexOf(';'));
    }

    private Calls.Answer setWindow(String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return nobody.send("PUT", WINDOW, NEW_WINDOW, all);
    }

    @Test
    void a_log_in_sets_a_cookie_that_no_script_reads_and_one_that_the_console_reads() {
        var answer = nobody.post(ConsoleSessions.PATH, BODY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("name").asText()).isEqualTo("bert");
        assertThat(answer.json().has("token")).isFalse();
        var cookies = answer.response().headers().allValues("Set-Cookie");
        assertThat(cookies)
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie)
                        .contains("SameSite=Strict", "Path=/", "Max-Age=43200")
                        .doesNotContain("Secure"));
        assertThat(cookies.get(0)).startsWith("changeover_session=").contains("HTTPOnly");
        assertThat(cookies.get(1)).startsWith("changeover_csrf=").doesNotContain("HTTPOnly");
    }

    @Test
    void the_cookies_of_a_page_that_came_over_tls_are_sent_over_tls_only() {
        var origin = "https://" + nobody.server().getAuthority();

        var answer = nobody.post(ConsoleSessions.PATH, BODY, "Content-Type", "application/json", "Origin", origin);

        assertThat(answer.response().headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie).contains("Secure"));
    }

    @Test
    void the_cookie_alone_reads_and_changes_nothing() {
        var browser = logIn();

        var read = nobody.get("/v3/me", "Cookie", browser.cookies());
        var changed = setWindow("Cookie", browser.cookies());

        assertThat(read.json().path("name").asText()).isEqualTo("bert");
        assertThat(changed.status()).isEqualTo(403);
        assertThat(changed.code()).isEqualTo("DBS.280056");
        assertThat(changed.message()).contains("X-CSRF-Token", "changeover_csrf");
    }

    @Test
    void what_belongs_to_the_session_lets_it_change_something() {
        var browser = logIn();

        var changed = setWindow("Cookie", browser.cookies(), "X-CSRF-Token", browser.csrfToken());

        assertThat(changed.status()).isEqualTo(200);
    }

    @Test
    void what_belongs_to_another_session_does_not() {
        var browser = logIn();
        var other = logIn();

        var changed = setWindow("Cookie", browser.cookies(), "X-CSRF-Token", other.csrfToken());

        assertThat(changed.status()).isEqualTo(403);
    }

    @Test
    void credentials_in_a_header_count_before_the_cookie_and_need_nothing_else() {
        var browser = logIn();

        var byToken = setWindow("Cookie", browser.cookies(), "X-Auth-Token", operator);
        var byBearer = setWindow("Cookie", browser.cookies(), "Authorization", "Bearer " + operator);
        var byWrong = nobody.get("/v3/me", "Cookie", browser.cookies(), "X-Auth-Token", "wrong");

        assertThat(byToken.status()).isEqualTo(200);
        assertThat(byBearer.status()).isEqualTo(200);
        assertThat(byWrong.status()).isEqualTo(401);
    }

    @Test
    void an_ended_session_is_ended_also_for_whoever_kept_the_cookie() {
        var browser = logIn();
        var other = logIn();

        var forged = nobody.send("DELETE", ConsoleSessions.PATH, "", "Cookie", browser.cookies());
        var ended = nobody.send(
                "DELETE", ConsoleSessions.PATH, "", "Cookie", browser.cookies(), "X-CSRF-Token", browser.csrfToken());

        assertThat(forged.status()).isEqualTo(403);
        assertThat(ended.status()).isEqualTo(204);
        assertThat(ended.response().headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=0"));
        assertThat(nobody.get("/v3/me", "Cookie", browser.cookies()).status()).isEqualTo(401);
        assertThat(nobody.get("/v3/me", "Cookie", other.cookies()).status()).isEqualTo(200);
    }

    @Test
    void who_still_has_a_cookie_can_log_in_anew() {
        var browser = logIn();

        var again = nobody.post(
                ConsoleSessions.PATH, BODY, "Content-Type", "application/json", "Cookie", browser.cookies());

        assertThat(again.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:1"
    })
    void a_page_from_elsewhere_logs_nobody_in(String header, String value) {
        var answer = nobody.post(ConsoleSessions.PATH, BODY, "Content-Type", "application/json", header, value);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("DBS.280056");
        assertThat(answer.message()).contains("page");
        assertThat(answer.response().headers().allValues("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
    void what_a_form_can_send_logs_nobody_in(String type) {
        var answer = nobody.post(ConsoleSessions.PATH, BODY, "Content-Type", type);

        assertThat(answer.status()).isEqualTo(415);
    }
}

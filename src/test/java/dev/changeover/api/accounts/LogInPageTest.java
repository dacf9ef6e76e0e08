package dev.changeover.api.accounts;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Role;
import dev.changeover.api.Chromium;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log-in as a person meets it, in a real browser. */
@MicronautTest(environments = "api", transactional = false)
class LogInPageTest {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static String oneTimeToken = "";

    private final EmbeddedServer server;
    private final Page page = CHROMIUM.page();

    LogInPageTest(EmbeddedServer server) {
        this.server = server;
    }

    @BeforeAll
    static void nobody_was_here(OneTimeToken token, Accounts accounts) {
        oneTimeToken = token.make().orElseThrow();
        accounts.add(new Account("bert", Role.OWNER, Set.of("p-1")), PASSWORD, "");
    }

    private String url(String path) {
        return server.getURI().resolve(path).toString();
    }

    private Locator field(String label) {
        return page.getByLabel(label);
    }

    private Locator problem() {
        return page.getByRole(AriaRole.ALERT);
    }

    @Test
    void who_wants_a_page_logs_in_with_the_keyboard_alone_and_is_brought_there() {
        page.navigate(url("/openapi?x=1"));
        assertThat(page).hasURL(url("/login?next=%2Fopenapi%3Fx%3D1"));
        assertThat(field("Name")).isFocused();

        page.keyboard().type("bert");
        page.keyboard().press("Tab");
        page.keyboard().type(PASSWORD);
        page.keyboard().press("Enter");

        assertThat(page).hasURL(Pattern.compile(".*/openapi\\?x=1.*"));
        var cookies = page.context().cookies();
        assertThat(cookies)
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie.sameSite.name()).isEqualTo("STRICT"));
        assertThat(page.evaluate("document.cookie").toString())
                .contains("changeover_csrf=")
                .doesNotContain("changeover_session");
    }

    @Test
    void a_wrong_password_is_said_and_the_field_is_ready_for_another() {
        page.navigate(url("/login"));

        field("Name").fill("bert");
        field("Password").fill("wrong");
        page.getByRole(AriaRole.BUTTON).click();

        assertThat(problem()).hasText("Name or password is wrong.");
        assertThat(field("Password")).isFocused();
        assertThat(field("Password")).hasAttribute("aria-invalid", "true");
        assertThat(Chromium.violations(page, "log-in-wrong")).isEmpty();
    }

    @Test
    void what_is_missing_is_said_without_asking_the_server() {
        page.navigate(url("/login"));

        field("Name").fill("bert");
        field("Name").press("Enter");

        assertThat(problem()).hasText("Name and password are needed.");
        assertThat(field("Password")).isFocused();
    }

    @Test
    void who_guesses_is_told_when_to_try_again() {
        page.navigate(url("/login"));
        field("Name").fill("carl");

        for (int i = 0; i < 5; i++) {
            field("Password").fill("wrong");
            page.waitForResponse("**/v3/session", () -> field("Password").press("Enter"));
            assertThat(page.getByRole(AriaRole.BUTTON)).isEnabled(); // while it is off, Enter does nothing
        }
        field("Password").fill("wrong");
        field("Password").press("Enter");

        assertThat(problem()).containsText("try again in 5 s");
    }

    @Test
    void the_one_time_link_logs_in_and_leaves_no_token_behind() {
        var asked = new ArrayList<String>();
        page.onRequest(request -> asked.add(request.url()));

        page.navigate(url("/login#token=" + oneTimeToken));

        assertThat(page).hasURL(Pattern.compile(".*/console/.*"));
        assertThat(asked).noneMatch(url -> url.contains(oneTimeToken));
        page.goBack();
        assertThat(page.url()).doesNotContain(oneTimeToken);
    }

    @Test
    void a_link_that_is_used_up_says_so() {
        page.navigate(url("/login#token=made-up"));

        assertThat(problem()).containsText("This link is not good any more");
        assertThat(page).hasURL(url("/login"));
        assertThat(field("Name")).isFocused();
    }

    @Test
    void nobody_is_sent_elsewhere_after_the_log_in() {
        for (var elsewhere : List.of(
                "//evil.example/",
                "https://evil.example/",
                "/%5Cevil.example",
                "javascript:alert(1)",
                "/.//evil.example/",
                "/..//evil.example/",
                "/console/..//evil.example/")) {
            page.navigate(url("/login?next=" + elsewhere));
            field("Name").fill("bert");
            field("Password").fill(PASSWORD);
            field("Password").press("Enter");

            assertThat(page).hasURL(Pattern.compile(url("/console/") + ".*"));
        }
    }

    @Test
    void everybody_can_use_it_by_day_and_by_night_wide_and_narrow() {
        page.navigate(url("/login"));

        assertThat(Chromium.violations(page, "log-in")).isEmpty();
    }

    @Test
    void a_server_that_is_gone_is_said_to_be() {
        page.navigate(url("/login"));
        page.route("**/v3/session", route -> route.abort());

        field("Name").fill("bert");
        field("Password").fill(PASSWORD);
        field("Password").press("Enter");

        assertThat(problem()).hasText("The server cannot be reached. Try again.");
    }
}

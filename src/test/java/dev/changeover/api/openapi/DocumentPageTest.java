package dev.changeover.api.openapi;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.api.Chromium;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page of the OpenAPI document, in a real browser. */
@MicronautTest(environments = "api", transactional = false)
class DocumentPageTest {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @Test
    void whoever_is_logged_in_sees_the_operations_and_the_page_asks_nobody_else(
            EmbeddedServer server, Accounts accounts) {
        accounts.add(Account.operator("anna"), PASSWORD, "");
        var asked = new ArrayList<String>();
        var missing = new ArrayList<String>();
        var page = CHROMIUM.page();
        page.onRequest(request -> asked.add(request.url()));
        page.onResponse(answer -> {
            if (answer.status() >= 400) {
                missing.add(answer.url());
            }
        });
        logIn(page, server);

        page.navigate(server.getURI().resolve("/openapi").toString());

        assertThat(page.locator(".opblock").nth(40)).isVisible();
        assertThat(page.getByText("/v3/{project_id}/tasklist").first()).isVisible();
        assertThat(page.locator("#swagger-ui")).not().containsText("Failed to load");
        assertThat(asked)
                .isNotEmpty()
                .allMatch(url -> url.startsWith(server.getURI().toString()) || url.startsWith("data:"));
        assertThat(missing).isEmpty();
    }

    private static void logIn(Page page, EmbeddedServer server) {
        var answer = page.request()
                .post(
                        server.getURI().resolve("/v3/session").toString(),
                        RequestOptions.create().setData(Map.of("name", "anna", "password", PASSWORD)));
        assertThat(answer.status()).isEqualTo(200);
    }
}

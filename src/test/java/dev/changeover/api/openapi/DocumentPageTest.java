package dev.changeover.api.openapi;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.api.Chromium;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of the OpenAPI document, in a real browser. */
class DocumentPageTest {
    private static final String PASSWORD = "correct horse battery";

    @Test
    void whoever_is_logged_in_sees_the_operations_and_the_page_asks_nobody_else() {
        var complaints = new ArrayList<String>();
        var asked = new ArrayList<String>();
        try (var chromium = Chromium.start();
                var server = ApplicationContext.run(EmbeddedServer.class, Map.of("micronaut.server.port", -1), "api")) {
            server.getApplicationContext().getBean(Accounts.class).add(Account.operator("anna"), PASSWORD, "");
            var page = chromium.page();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
            page.onRequest(request -> asked.add(request.url()));
            logIn(page, server);

            page.navigate(server.getURI().resolve("/openapi").toString());

            assertThat(page.locator(".opblock").first()).isVisible();
            assertThat(page.locator(".opblock").count()).isGreaterThan(40);
            assertThat(page.getByText("/v3/{project_id}/tasklist").first()).isVisible();
            assertThat(page.locator("#swagger-ui")).not().containsText("Failed to load");
            assertThat(asked)
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith(server.getURI().toString()) || url.startsWith("data:"));
            assertThat(complaints).isEmpty();
        }
    }

    private static void logIn(Page page, EmbeddedServer server) {
        var answer = page.request()
                .post(
                        server.getURI().resolve("/v3/session").toString(),
                        RequestOptions.create().setData(Map.of("name", "anna", "password", PASSWORD)));
        assertThat(answer.status()).isEqualTo(200);
    }
}

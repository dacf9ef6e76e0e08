package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.api.Chromium;
import dev.changeover.demo.SandboxScene;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A campaign as an operator and an owner go through it in their browsers, on a real server. */
class ForcedUpgradeTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final String PLAN = """
            {"engine": "sandbox", "version": "2.24.12.000", "reason": "it loses sessions", "lead_time_seconds": 1,
             "waves": [{"size": "rest", "project_id": "demo-project", "soak_seconds": 1, "approval": true},
                       {"size": "rest"}]}""";

    /** The plan asks the agents; a campaign leaves alone what nobody ever saw. */
    private static final String NODES_ARE_SEEN = "/v3/%s/instances/%s/proxy/%s/upgrade-plan"
            .formatted(SandboxScene.PROJECT, SandboxScene.INSTANCE, SandboxScene.PROXY);

    @Test
    void an_owner_moves_cancels_and_executes_a_planned_event_and_an_operator_approves_the_next_wave()
            throws IOException {
        try (var scene = new SandboxScene(Duration.ofSeconds(1), Duration.ofSeconds(5))) {
            scene.addProxyWithoutAgents();
            var otto = new Console(CHROMIUM, scene.address()).logIn("otto");
            var olga = new Console(CHROMIUM, scene.address()).logIn("olga");
            olga.call("GET", NODES_ARE_SEEN, "");
            for (var project : List.of(SandboxScene.PROJECT, "other-project")) {
                otto.call(
                        "POST",
                        "/v3/" + project + "/contacts",
                        "{\"name\": \"night shift\", \"email\": \"night@example.com\"}");
            }
            var campaign = planned(otto);

            otto.open("campaigns/" + campaign);
            assertThat(otto.main()).containsText("0 of 2 proxies have left");
            assertThat(otto.button("Approve the next wave")).hasAttribute("aria-disabled", "true");
            say(otto, "Start", "Start", "the version is bad");
            assertThat(otto.main()).containsText("running");

            olga.open("instances/" + SandboxScene.INSTANCE);
            assertThat(events(olga)).containsText("scheduled");
            olga.button("Another slot orders-proxy").click();
            olga.dialog()
                    .getByLabel("Day")
                    .fill(LocalDate.now(ZoneOffset.UTC).plusDays(2).toString());
            olga.dialog()
                    .getByLabel("Begins at")
                    .fill(scene.window().start().plusHours(1).toString());
            press(olga, "Another slot");
            assertThat(olga.text("Another slot: noted.")).isVisible();

            olga.button("Cancel orders-proxy").click();
            press(olga, "Cancel the event");
            assertThat(events(olga)).containsText("inquiring");

            olga.button("Now orders-proxy").click();
            press(olga, "Upgrade now");
            assertThat(events(olga)).containsText("completed");
            assertThat(olga.button("Now orders-proxy")).hasAttribute("aria-disabled", "true");

            assertThat(otto.main()).containsText("1 of 2 proxies have left");
            assertThat(otto.button("Approve the next wave")).not().hasAttribute("aria-disabled", "true");
            say(otto, "Approve the next wave", "Approve the next wave", "the first wave is fine");
            assertThat(otto.button("Approve the next wave")).hasAttribute("aria-disabled", "true");
            assertThat(otto.page.locator(".head")).not().containsText("awaiting");

            otto.link("notices").first().click();
            assertThat(otto.main()).containsText("night@example.com");
            otto.open("campaigns/" + campaign);
            otto.link("who was told").click();
            assertThat(otto.main()).containsText("night@example.com");
            assertThat(otto.main()).containsText("lone");
        }
    }

    /** The campaign that a bad version has by itself gives way to one whose second wave needs an approval. */
    private static String planned(Console otto) {
        otto.call(
                "PATCH",
                "/v3/kernel-versions/sandbox/2.24.12.000",
                "{\"lifecycle\": \"RISKY\", \"reason\": \"it loses sessions\"}");
        var first =
                requireNonNull((List<?>) otto.call("GET", "/v3/campaigns", "").get("campaigns"));
        first.forEach(one -> otto.call(
                "POST", "/v3/campaigns/" + ((Map<?, ?>) one).get("id") + "/halt", "{\"reason\": \"other waves\"}"));
        return String.valueOf(otto.call("POST", "/v3/campaigns", PLAN).get("id"));
    }

    private static Locator events(Console console) {
        return console.page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Planned events"));
    }

    private static void say(Console console, String button, String confirmed, String reason) {
        console.button(button).click();
        console.dialog().getByLabel("Reason").fill(reason);
        press(console, confirmed);
    }

    /** In the dialog, which is gone after it. */
    private static void press(Console console, String button) {
        console.inDialog(button).click();
        assertThat(console.dialog()).hasCount(0);
    }
}

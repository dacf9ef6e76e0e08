package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Chromium;
import dev.changeover.api.StartedCampaign;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The links of a mail, opened by somebody who has to log in first. */
@TestInstance(Lifecycle.PER_CLASS)
class MailLinksTest {
    private static final String PASSWORD = "correct horse battery";

    private Chromium chromium;
    private EmbeddedServer server;
    private ApiScene scene;

    @BeforeAll
    void start() {
        chromium = Chromium.start();
        server = ApplicationContext.run(EmbeddedServer.class, Map.of("micronaut.server.port", -1), "api");
        scene = server.getApplicationContext().getBean(ApiScene.class);
        var accounts = server.getApplicationContext().getBean(Accounts.class);
        accounts.add(new Account("olga", Role.OWNER, Set.of("p-1")), PASSWORD, "");
        accounts.add(new Account("vera", Role.VIEWER, Set.of("p-1")), PASSWORD, "");
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.stop();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    /** @param link what follows the console's address in a mail */
    private Console opened(String name, String link) {
        var console = new Console(chromium, server.getURI());
        console.page.navigate(server.getURI() + "/console/" + link);
        console.page.getByLabel("Name").fill(name);
        console.page.getByLabel("Password").fill(PASSWORD);
        console.page.getByLabel("Password").press("Enter");
        return console;
    }

    private static Locator press(Console console, String name) {
        return console.dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name));
    }

    @Test
    void a_planned_event_is_moved_and_then_executed() {
        var event = StartedCampaign.in(server.getApplicationContext(), scene.call);
        var link = "#/instances/i-1?project=p-1&event=" + event + "&do=";

        var mover = opened("olga", link + "slot");
        assertThat(mover.dialog()).containsText("Another slot");
        assertThat(mover.dialog()).containsText("proxy x-1");
        mover.dialog().getByLabel("Day").fill("2026-07-20");
        mover.dialog().getByLabel("Begins at").fill("03:00");
        press(mover, "Another slot").click();
        assertThat(mover.text("Another slot: noted.")).isVisible();
        assertThat(mover.page).hasURL(Pattern.compile(".*#/instances/i-1\\?project=p-1$"));

        var doer = opened("olga", link + "now");
        assertThat(doer.dialog()).containsText("begins at once");
        press(doer, "Upgrade now").click();
        assertThat(doer.text("Upgrade now: noted.")).isVisible();
        assertThat(scene.upgrades.commands).anyMatch(said -> said.startsWith("start-now"));
        assertThat(mover.complaints).isEmpty();
        assertThat(doer.complaints).isEmpty();
    }

    @Test
    void a_task_of_the_task_center_is_started_or_moved() {
        var job = scene.call.submitInTheWindow();
        var link = "#/upgrades/" + job + "?project=p-1&do=";

        var doer = opened("olga", link + "now");
        assertThat(doer.dialog()).containsText("Start now: proxy x-1");
        doer.page.keyboard().press("Escape");
        assertThat(doer.dialog()).hasCount(0);

        var mover = opened("olga", link + "slot");
        mover.dialog().getByLabel("Reason").fill("tomorrow is as good");
        press(mover, "Reschedule").click();
        assertThat(mover.text("Reschedule: noted.")).isVisible();
        assertThat(scene.upgrades.commands).anyMatch(said -> said.startsWith("reschedule"));
    }

    @Test
    void a_link_that_nobody_may_follow_any_more_says_why() {
        StartedCampaign.in(server.getApplicationContext(), scene.call);

        var vera = opened("vera", "#/instances/i-1?project=p-1&event=gone&do=now");

        assertThat(vera.text("It is not planned here any more.")).isVisible();
        assertThat(vera.dialog()).hasCount(0);
    }
}

package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Accounts;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Chromium;
import dev.changeover.api.StartedCampaign;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The links of a mail, opened by somebody who has to log in first. */
@MicronautTest(environments = "api", transactional = false)
class MailLinksTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private final EmbeddedServer server;
    private final ApiScene scene;

    MailLinksTest(EmbeddedServer server, ApiScene scene) {
        this.server = server;
        this.scene = scene;
    }

    @BeforeAll
    static void people(Accounts accounts) {
        Console.people(accounts);
    }

    /** @param link what follows the console's address in a mail */
    private Console opened(String name, String link) {
        var console = new Console(CHROMIUM, server.getURI());
        console.page.navigate(server.getURI() + "/console/" + link);
        console.fillIn(name);
        return console;
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
        mover.inDialog("Another slot").click();
        assertThat(mover.text("Another slot: noted.")).isVisible();
        assertThat(mover.page).hasURL(Pattern.compile(".*#/instances/i-1\\?project=p-1$"));

        var doer = opened("olga", link + "now");
        assertThat(doer.dialog()).containsText("begins at once");
        doer.inDialog("Upgrade now").click();
        assertThat(doer.text("Upgrade now: noted.")).isVisible();
        assertThat(scene.upgrades.commands).anyMatch(said -> said.startsWith("start-now"));
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
        mover.inDialog("Reschedule").click();
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

package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import dev.changeover.access.Accounts;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Chromium;
import dev.changeover.api.StartedCampaign;
import dev.changeover.database.Sql;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
    void an_event_after_a_hundred_others_is_found_and_the_page_says_that_there_are_more() {
        var event = StartedCampaign.in(server.getApplicationContext(), scene.call);
        var sql = server.getApplicationContext().getBean(Sql.class);
        sql.changeAll(
                """
                insert into campaign_member (id, campaign_id, project_id, instance_id, instance_name, proxy_id, proxy_name,
                    stage, position, state, reason, attempt, cancels, urgent, execute_at, closes_at, created_at, updated_at)
                select concat('copy-', ?), campaign_id, project_id, instance_id, instance_name, concat('copy-', ?),
                    concat('copy ', ?), stage, position, state, reason, attempt, cancels, urgent, execute_at, closes_at,
                    created_at, updated_at from campaign_member where id = ?
                """, IntStream.range(0, 102).boxed().toList(), number -> new Object[] {number, number, number, event});
        try {
            var last = scene.call
                    .get("/v3/p-1/schedule-events?instance_id=i-1&offset=102")
                    .json()
                    .path("events")
                    .path(0);

            var olga = opened(
                    "olga",
                    "#/instances/i-1?project=p-1&do=now&event="
                            + last.path("id").asText());

            assertThat(olga.dialog()).containsText(last.path("proxy_name").asText() + " begins at once");
            assertThat(olga.main()).containsText("and 3 more: changeover event list");
        } finally {
            sql.change("delete from campaign_member where id like 'copy-%'");
        }
    }

    @Test
    void a_link_does_nothing_on_a_page_that_was_left_meanwhile() {
        var event = StartedCampaign.in(server.getApplicationContext(), scene.call);
        var olga = new Console(CHROMIUM, server.getURI()).logIn("olga");
        var events = new ArrayList<Route>();
        olga.page.route("**/schedule-events?*", events::add);
        olga.page.waitForRequest(
                "**/schedule-events?*", () -> olga.open("instances/i-1?project=p-1&do=now&event=" + event));
        olga.open("contacts");

        olga.page.waitForResponse("**/schedule-events?*", () -> events.forEach(Route::resume));
        olga.page.evaluate("() => new Promise((done) => setTimeout(done, 500))");

        assertThat(olga.dialog()).hasCount(0);
        assertThat(olga.page).hasURL(Pattern.compile(".*#/contacts$"));
    }

    @Test
    void a_link_that_nobody_may_follow_any_more_says_why() {
        StartedCampaign.in(server.getApplicationContext(), scene.call);

        var vera = opened("vera", "#/instances/i-1?project=p-1&event=gone&do=now");

        assertThat(vera.text("It is not planned here any more.")).isVisible();
        assertThat(vera.dialog()).hasCount(0);
    }
}

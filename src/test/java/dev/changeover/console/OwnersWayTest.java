package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.api.Chromium;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.SandboxScene;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The document's steps, word for word, on a real server: REQUIREMENTS S18, S19, S20, S21, S22, S23 and S24. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class OwnersWayTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    /** A step that a restarted server had been given begins anew after its heartbeat's time-out, five minutes at most. */
    private static final LocatorAssertions.ContainsTextOptions AFTER_A_RESTART =
            new LocatorAssertions.ContainsTextOptions().setTimeout(360_000);

    /** S18 to S23 on real HAProxy, with the steps' own words; {@code ConsoleTest} has what must not be seen (S18, S19). */
    @Test
    void an_owner_goes_from_the_log_in_to_done_and_finds_it_in_the_task_center() throws IOException {
        try (var scene = SandboxScene.ofHaproxy(Duration.ofSeconds(1), Duration.ofSeconds(5));
                var sessions = scene.clients(3)) {
            // S18: log in, choose region and project
            var olga = new Console(CHROMIUM, scene.address()).logIn("olga");
            olga.page.getByLabel("Region").selectOption("local");
            olga.page.getByLabel("Project").selectOption("demonstration");

            // S19: open the instance; S20: Database Proxy, Proxy Instance Information, Upgrade in the Version field
            olga.link("orders").click();
            assertThat(olga.main().locator("h1")).hasText("Database Proxy orders");
            var information = olga.page
                    .locator("section")
                    .filter(new Locator.FilterOptions().setHasText("Proxy Instance Information"));
            information
                    .locator("dt:text-is('Version') + dd")
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Upgrade"))
                    .click();

            // S21: choose the time, click OK; S22: to the latest version
            assertThat(olga.dialog()).containsText("from %s to %s".formatted(scene.older(), scene.newer()));
            olga.dialog().getByLabel("In maintenance window").check();
            assertThat(olga.dialog()).containsText("Until then it can be moved or cancelled.");
            olga.dialog().getByLabel("Upon submission").check();
            assertThat(olga.dialog()).containsText("cannot be rolled back");
            olga.inDialog("OK").click();

            var heading = olga.main();
            assertThat(heading).containsText("Upgrade of orders-proxy");
            assertThat(heading).containsText(Pattern.compile("node [123] of 3"));
            assertThat(heading).containsText("live");
            assertThat(olga.isOneScreen()).isTrue();
            assertThat(heading).containsText("ended");
            assertThat(heading).containsText("nothing failed");
            assertThat(sessions.ended()).hasSize(3);

            // S23: Task Center, Instant Tasks
            olga.link("Task Center").click();
            olga.page.getByLabel("Created in the last").selectOption("1");
            assertThat(olga.page).hasURL(Pattern.compile(".*days=1"));
            assertThat(olga.page.getByRole(AriaRole.TABLE)).containsText("Completed");
            olga.link("UpgradeProxyVersion").click();
            olga.link("Report").click();
            assertThat(heading).containsText("3 closed because of their age");
            assertThat(olga.sheets()).isEqualTo(1);
        }
    }

    /** S21, S22 and S24, and what an owner changes their mind about. */
    @Test
    void with_the_keyboard_alone_it_is_planned_moved_cancelled_and_done_while_the_server_restarts() throws IOException {
        try (var scene = new SandboxScene(Duration.ofSeconds(3), Duration.ofSeconds(5))) {
            var olga = new Console(CHROMIUM, scene.address()).typeIn("olga");
            var main = olga.main();
            // the list alone: its filter above it has the words of every status
            var tasks = olga.page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Tasks"));

            olga.follow("orders");
            olga.press("Upgrade orders-proxy");
            assertThat(olga.dialog()).containsText("Prechecks: all");
            olga.page.keyboard().press("ArrowDown");
            assertThat(olga.dialog().getByLabel("In maintenance window")).isChecked();
            Chromium.picture(olga.page, "dialog");
            olga.press("OK");
            assertThat(main).containsText("waits for its window");
            olga.press("Reschedule");
            olga.giveReason("tomorrow is as good");
            assertThat(olga.text("Reschedule: noted.")).isVisible();
            olga.follow("Task Center");
            olga.follow("Scheduled Tasks");
            assertThat(tasks).containsText("To be executed");
            olga.press("Cancel orders");
            olga.giveReason("not this week");
            assertThat(tasks).containsText("Canceled");

            olga.follow("Instances");
            olga.follow("orders");
            olga.press("Upgrade orders-proxy");
            olga.press("OK");
            assertThat(main).containsText(Pattern.compile("node [12] of 3"));
            scene.restart();
            assertThat(main).containsText("live");
            assertThat(main).containsText("ended", AFTER_A_RESTART);
            assertThat(olga.page.locator(".log tr").filter(new Locator.FilterOptions().setHasText("all serve")))
                    .hasCount(1);
        }
    }

    /** A browser whose clock is two hours ahead counts down what the server counts down. */
    @Test
    void clocks_of_browser_and_server_may_be_two_hours_apart() throws IOException {
        try (var scene = new SandboxScene(Duration.ofSeconds(1), Duration.ofSeconds(5))) {
            var page = CHROMIUM.page();
            page.addInitScript("""
                    const Real = Date;
                    globalThis.Date = class extends Real {
                      constructor(...given) { given.length ? super(...given) : super(Real.now() + 7200000); }
                      static now() { return Real.now() + 7200000; }
                    };""");
            var olga = new Console(page, scene.address()).logIn("olga");

            olga.open("instances/" + SandboxScene.INSTANCE);
            olga.button("Upgrade orders-proxy").click();
            olga.dialog().getByLabel("In maintenance window").check();
            olga.inDialog("OK").click();

            var opens = olga.page.getByText(Pattern.compile("opens in [0-9]+ h [0-9]+ min"));
            assertThat(opens.first()).isVisible();
            var before = untilOpening(scene);
            var said = Pattern.compile("opens in ([0-9]+) h ([0-9]+) min")
                    .matcher(opens.first().innerText());
            assertThat(said.find()).isTrue();
            var shown = Duration.ofHours(Long.parseLong(said.group(1))).plusMinutes(Long.parseLong(said.group(2)));
            assertThat(shown).isBetween(untilOpening(scene).minusMinutes(2), before.plusMinutes(30));
        }
    }

    private static Duration untilOpening(SandboxScene scene) {
        var now = Instant.now();
        return Duration.between(now, scene.window().next(now).opens());
    }
}

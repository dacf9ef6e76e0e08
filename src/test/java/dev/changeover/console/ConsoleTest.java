package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import dev.changeover.access.Accounts;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Chromium;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.api.Fleets;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every page for everybody, on upgrades that stand as a test says. */
@Order(1)
@MicronautTest(environments = "api", transactional = false)
class ConsoleTest {
    /** Of the scripts that a page fetches from us, as they are: nothing shrinks them. */
    private static final int MOST_BYTES = 60_000;

    /** Of REQUIREMENTS S11 to S14 and S17; S15 and S16 are prechecks. */
    private static final List<String> WARNINGS = List.of(
            "Nodes are changed one at a time; with 2 nodes this takes about 2 min 30 s.",
            "Upgrade in off-peak hours",
            "Short connections are not affected: no new connection fails.",
            "Connections that are open for more than 24 hours are interrupted, one by one: 1 session of 7 today.",
            "An upgrade cannot be rolled back once it is complete.");

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private final EmbeddedServer server;
    private final ApiScene scene;

    ConsoleTest(EmbeddedServer server, ApiScene scene) {
        this.server = server;
        this.scene = scene;
    }

    @BeforeAll
    static void people(Accounts accounts) {
        Console.people(accounts);
    }

    private Console as(String name) {
        return new Console(CHROMIUM, server.getURI()).logIn(name);
    }

    @Test
    void everybody_can_use_every_page_by_day_and_by_night_wide_and_narrow() {
        var held = scene.call.submit();
        scene.upgrades.happens(held, 1, "HANDING_OVER", Phase.NODES, null);
        scene.upgrades.holds(held, "the new generation does not accept the configuration");
        scene.call.send(
                "PATCH",
                "/v3/kernel-versions/haproxy/" + Fleets.OLD,
                "{\"lifecycle\":\"RISKY\",\"reason\":\"it loses sessions\"}");
        var campaigns = scene.call.get("/v3/campaigns").json().path("campaigns"); // a bad version has one planned
        assertThat(campaigns).isNotEmpty();
        var campaign = campaigns.path(0).path("id").asText();
        scene.call.send(
                "POST",
                "/v3/p-1/instances/i-1/contacts",
                "{\"name\":\"Olga\",\"email\":\"olga@example.com\"}",
                "Content-Type",
                "application/json");
        var otto = as("otto");
        var found = new ArrayList<String>();

        for (var page : List.of(
                "instances?project=p-1",
                "instances/i-1",
                "contacts",
                "contacts?instance=i-1",
                "notices",
                "tasks/instant",
                "tasks/scheduled",
                "upgrades/" + held,
                "upgrades/" + held + "/report",
                "held",
                "nodes",
                "campaigns",
                "campaigns/" + campaign,
                "kernels",
                "access",
                "audit")) {
            otto.open(page);
            otto.page.reload();
            assertThat(otto.page.locator("h1")).isVisible();
            assertThat(otto.text("Loading…")).hasCount(0);
            assertThat(otto.ownScripts()).as("bytes of own scripts on " + page).isBetween(10_000, MOST_BYTES);
            found.addAll(Chromium.violations(
                    otto.page,
                    page.replace(held, "held").replace(campaign, "one").replaceAll("\\W", "-")));
        }

        otto.open("instances/i-1");
        otto.button("Upgrade proxy x-1").click();
        assertThat(otto.dialog()).containsText("Nodes, in this order");
        found.addAll(Chromium.violations(otto.page, "upgrade-dialog"));

        assertThat(found).isEmpty();
    }

    @Test
    void the_dialog_shows_each_precheck_with_its_value_and_says_what_ok_will_do() {
        var olga = as("olga");
        olga.open("instances/i-1");

        olga.button("Upgrade proxy x-1").click();

        olga.dialog().getByText("Prechecks: all 4 passed").click();
        assertThat(olga.dialog()).containsText("the instance is not frozen: NORMAL");
        var nodes = olga.page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Nodes in order"));
        assertThat(nodes.locator("tbody tr")).hasText(new Pattern[] {
            Pattern.compile("node-2 *standby *2\\.6\\.12\\.3 *1 min 15 s *7 *1"),
            Pattern.compile("node-1 *primary *2\\.6\\.12\\.3 *1 min 15 s *no agent answered")
        });
        for (var warning : WARNINGS) {
            assertThat(olga.dialog()).containsText(warning);
        }
        olga.dialog().getByText("Release notes, 1 version").click();
        assertThat(olga.dialog()).containsText("Fixes of 2.6.12.4");
        assertThat(olga.dialog()).containsText("OK starts the upgrade now");
        olga.dialog().getByLabel("In maintenance window").check();
        assertThat(olga.dialog()).containsText("OK plans the upgrade for Thu, Jul 16, 02:00");
        assertThat(olga.inDialog("OK")).hasAccessibleDescription(Pattern.compile("OK plans the upgrade.*"));
    }

    @Test
    void ok_is_off_and_says_why_where_a_precheck_failed() {
        scene.upgrades.blocker = Blocker.NODE_PROBLEM;
        var olga = as("olga");
        olga.open("instances/i-1");

        olga.button("Upgrade proxy x-1").click();

        assertThat(olga.dialog()).containsText("Prechecks: 1 of 4 failed");
        assertThat(olga.inDialog("OK")).hasAttribute("aria-disabled", "true");
        assertThat(olga.inDialog("OK"))
                .hasAccessibleDescription(
                        "OK is off, because the server would refuse it: a node reports a problem: node-2.");
        assertThat(Chromium.violations(olga.page, "upgrade-dialog-refused")).isEmpty();
        olga.inDialog("OK").focus();
        olga.page.keyboard().press("Enter");
        assertThat(olga.dialog()).isVisible();
        olga.inDialog("Cancel").click();
        assertThat(olga.main()).containsText("Proxy Instance Information");

        scene.upgrades.blocker = Blocker.FROZEN;
        olga.page.reload();
        assertThat(olga.button("Upgrade proxy x-1")).hasAttribute("aria-disabled", "true");
        assertThat(olga.button("Upgrade proxy x-1")).hasAccessibleDescription(Pattern.compile(".*frozen.*"));
    }

    @Test
    void a_refused_upgrade_is_looked_at_again_and_the_next_ok_is_another_request() {
        var olga = as("olga");
        olga.open("instances/i-1");
        olga.button("Upgrade proxy x-1").click();
        assertThat(olga.dialog()).containsText("all 4 passed");
        scene.upgrades.blocker = Blocker.NODE_PROBLEM;
        olga.page.route("**/upgrade-plan?*", route -> {
            scene.upgrades.blocker = null;
            route.resume();
        });
        Runnable looksAgain = () -> olga.inDialog("OK").click();
        olga.page.waitForResponse("**/upgrade-plan?*", looksAgain);
        assertThat(olga.dialog().getByRole(AriaRole.ALERT)).isVisible();

        olga.inDialog("OK").click();

        assertThat(olga.main()).containsText("task Running");
    }

    @Test
    void lost_stickiness_has_to_be_accepted_before_ok_is_on() {
        scene.upgrades.blocker = Blocker.LOST_STICKINESS;
        var olga = as("olga");
        olga.open("instances/i-1");

        olga.button("Upgrade proxy x-1").click();

        assertThat(olga.dialog()).containsText("clients may go to another server: node-2");
        assertThat(olga.inDialog("OK")).hasAttribute("aria-disabled", "true");
        assertThat(Chromium.violations(olga.page, "upgrade-dialog-stickiness")).isEmpty();
        olga.dialog().getByLabel("Upgrade all the same").check();
        olga.inDialog("OK").click();
        assertThat(olga.main()).containsText("Upgrade of proxy x-1");
    }

    @Test
    void where_the_screen_is_narrow_the_pages_are_behind_a_button_that_the_keyboard_reaches() {
        var otto = as("otto");
        otto.open("kernels");
        otto.page.setViewportSize(360, 740);
        assertThat(otto.link("Audit")).hasCount(0);
        assertThat(otto.page.locator("header").boundingBox().height).isLessThan(100);

        otto.press("Menu");
        assertThat(otto.link("Instances").first()).isFocused();
        assertThat(Chromium.violations(otto.page, "menu")).isEmpty();
        otto.page.setViewportSize(360, 740);
        otto.page.keyboard().press("Escape");
        assertThat(otto.link("Audit")).hasCount(0);
        otto.press("Menu");
        otto.follow("Audit");

        assertThat(otto.main().locator("h1")).hasText("Audit");
        assertThat(otto.link("Nodes")).hasCount(0);
    }

    @Test
    void a_live_upgrade_is_one_screen_of_a_laptop() {
        var job = scene.call.submit();
        for (int number = 1; number <= 40; number++) {
            scene.upgrades.happens(job, number, "HANDING_OVER", Phase.NODES, null);
        }
        scene.upgrades.retires(job);
        var otto = as("otto");

        otto.open("upgrades/" + job);

        assertThat(otto.main()).containsText("10.0.0.9:5000");
        assertThat(otto.main()).containsText("event 40");
        assertThat(otto.isOneScreen()).isTrue();
        assertThat(otto.page.locator(".tight .scroll").evaluate("it => it.scrollWidth - it.clientWidth"))
                .as("the buttons that close one session are seen")
                .isEqualTo(0);
        assertThat(otto.page.locator(".log").boundingBox().height).isGreaterThan(60);
        assertThat(Chromium.violations(otto.page, "live")).isEmpty();
    }

    @Test
    void a_line_that_is_cut_or_jammed_is_said_and_what_was_missed_comes_once() throws IOException {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        try (var line = new Line(server.getURI())) {
            var olga = new Console(CHROMIUM, line.address()).logIn("olga");
            olga.page.route("**/uPlot.esm.js", route -> route.abort());
            olga.page.clock().install();
            olga.open("upgrades/" + job);
            var events = olga.page.locator(".log tbody tr");
            assertThat(events).hasCount(1);
            assertThat(olga.main()).containsText("● live");

            line.cut();
            assertThat(olga.main()).containsText("behind: last word");
            scene.upgrades.happens(job, 2, "HANDING_OVER", Phase.NODES, null);
            scene.upgrades.happens(job, 3, "HANDED_OVER", Phase.NODES, null);
            line.mend();
            olga.page.unroute("**/uPlot.esm.js");

            assertThat(olga.main()).containsText("● live");
            assertThat(events).hasCount(3);
            assertThat(events.first()).containsText("event 3");
            assertThat(olga.page.locator("#chart canvas")).isVisible();

            line.jam();
            olga.page.clock().fastForward(9_000);
            assertThat(olga.main()).containsText(Pattern.compile("behind: last word (9|1\\d) s ago"));
            line.mend();
            assertThat(olga.main()).containsText("● live");
        }
    }

    @Test
    void a_new_phase_is_said_once_to_a_screen_reader_and_nothing_else_is() {
        var job = scene.call.submit();
        var olga = as("olga");
        olga.open("upgrades/" + job);
        assertThat(olga.main()).containsText("● live");
        olga.page.evaluate("""
                () => {
                  window.heard = [];
                  for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
                    new MutationObserver(() => { if (region.textContent) heard.push(region.textContent); })
                      .observe(region, { childList: true, characterData: true, subtree: true });
                  }
                }""");

        for (int number = 1; number <= 3; number++) {
            scene.upgrades.happens(job, number, "HANDING_OVER", Phase.NODES, null);
        }
        assertThat(olga.main()).containsText("event 3");
        scene.upgrades.retires(job);
        assertThat(olga.page.locator("#told")).containsText("proxy x-1: 2.6.12.3 → 2.6.12.4");

        assertThat((List<?>) olga.page.evaluate("heard")).hasSize(1);
    }

    @Test
    void an_upgrade_that_cannot_be_seen_at_first_is_asked_for_again_and_has_a_stream_once_somebody_looks() {
        var job = scene.call.submit();
        var olga = as("olga");
        var streams = new ArrayList<String>();
        olga.page.onRequest(request -> Stream.of(request.url())
                .filter(url -> url.contains("/events?live"))
                .forEach(streams::add));
        olga.page.clock().install();
        olga.page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })");
        olga.page.route("**/v3/upgrades/" + job, Route::abort);
        olga.open("upgrades/" + job);
        assertThat(olga.main()).containsText("The server cannot be reached.");
        olga.page.unroute("**/v3/upgrades/" + job);

        olga.page.clock().fastForward(3_000);

        assertThat(olga.main()).containsText("Upgrade of proxy x-1");
        olga.page.evaluate("delete document.hidden; dispatchEvent(new Event('visibilitychange'))");
        assertThat(olga.main()).containsText("● live");
        assertThat(streams).hasSize(1);
    }

    @Test
    void what_was_said_at_the_edge_goes_after_seconds_though_a_screen_reader_is_told_something_meanwhile() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        var olga = as("olga");
        olga.page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        olga.page.clock().install();
        olga.open("upgrades/" + job);
        assertThat(olga.main()).containsText("event 1");
        olga.button("Copy").click();
        assertThat(olga.page.locator("#said")).hasText("Copied.");
        scene.upgrades.retires(job);
        assertThat(olga.page.locator("#told")).containsText("proxy x-1: ");

        olga.page.clock().fastForward(6_000);

        assertThat(olga.page.locator("#said")).isEmpty();
    }

    @Test
    void the_window_is_a_bar_with_its_cutoff_and_moves_only_where_motion_is_wanted() {
        var otto = as("otto");
        otto.open("upgrades/" + scene.call.submitInTheWindow());

        var bar = otto.page.getByRole(
                AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile("Window from 02:00 to 06:00.*")));
        assertThat(bar).hasAttribute("aria-label", Pattern.compile(".*last beginning 0[2-5]:\\d\\d.*"));
        assertThat(otto.main()).containsText("06:00 closes");
        var done = bar.locator(".moves");
        assertThat(done).hasCSS("transition-duration", Pattern.compile("0\\.4s.*"));
        otto.page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        assertThat(done).hasCSS("transition-duration", "0s");
    }

    @Test
    void nodes_say_what_their_agents_last_said_and_those_with_a_problem_come_first() {
        var node = scene.inventory.proxy("x-2").orElseThrow().nodes().getLast();
        scene.inventory.observed(new Inventory.Observation(
                node.id(),
                node.version(),
                Node.Status.NORMAL,
                "host",
                4,
                FakeUpgrades.START,
                null,
                new NodeFacts(
                        "1.4.0",
                        1,
                        List.of(
                                new NodeFacts.Generation(3, "2.6.12-1+deb12u3", true, 4, 0),
                                new NodeFacts.Generation(2, "2.6.12-1+deb12u2", false, 2, 1)),
                        List.of(new NodeFacts.Finding(true, "DISK_FULL", "9 MiB are free")))));
        var otto = as("otto");

        otto.link("Nodes").click();

        var first = otto.page.locator("tbody tr").first();
        assertThat(first).containsText("ledger");
        assertThat(first).containsText("disk full: 9 MiB are free");
        assertThat(first).containsText("● serving 4 sessions");
        assertThat(first).containsText("▶ retiring 2 sessions, 1 past the limit");
        assertThat(first).containsText("1.4.0");
        assertThat(first.locator("time")).hasAttribute("title", "2026-07-15 07:46:10 UTC");
        Chromium.picture(otto.page, "nodes-problem");

        first.getByRole(AriaRole.LINK).click();
        var nodes = otto.page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Nodes of proxy x-2"));
        assertThat(nodes).containsText("▶ retiring 2 sessions, 1 past the limit");
        assertThat(nodes.locator("time")).hasAttribute("title", "2026-07-15 07:46:10 UTC");
        assertThat(nodes).containsText(" ago");
    }

    @Test
    void the_audit_trail_is_filtered_and_a_link_to_it_shows_a_colleague_the_same() {
        scene.call.submit();
        scene.call.put("/v3/p-1/instances/i-1/ops-window", "{\"start_time\":\"02:00\",\"end_time\":\"06:00\"}");
        scene.call.put("/v3/p-1/instances/i-1/ops-window", "{\"start_time\":\"02:00\",\"end_time\":\"09:00\"}");
        scene.call.put("/v3/p-2/instances/i-2/ops-window", "{\"start_time\":\"02:00\",\"end_time\":\"09:00\"}");
        var otto = as("otto");
        otto.link("Audit").click();

        write(otto, "Who", Callers.OPERATOR);
        write(otto, "Action", "window.change");
        write(otto, "Instance id", "i-1");
        otto.page.getByLabel("Outcome").selectOption("refused");

        var rows = otto.page.locator("tbody tr");
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("window.change");
        assertThat(otto.page)
                .hasURL(Pattern.compile(".*actor=anna&action=window.change&instance_id=i-1&outcome=refused"));
        otto.page.reload();
        assertThat(rows).hasCount(1);
        otto.page.getByLabel("Outcome").selectOption("");
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("done")))
                .not()
                .hasCount(0);
        write(otto, "Who", "nobody.here");
        assertThat(otto.main()).containsText("Nobody did anything like that");
        otto.link("Show everything").click();
        assertThat(otto.main()).containsText("upgrade.submit");
    }

    /** In a field of a list's filters. */
    private static void write(Console console, String label, String text) {
        console.page
                .getByLabel(label, new Page.GetByLabelOptions().setExact(true))
                .fill(text);
        console.page
                .getByLabel(label, new Page.GetByLabelOptions().setExact(true))
                .press("Enter");
    }

    @Test
    void tasks_are_found_by_id_and_status_and_the_address_keeps_it() {
        var ended = scene.call.submit();
        scene.upgrades.happens(ended, 1, "ENDED", Phase.ENDED, Outcome.DONE);
        var running = scene.call.submit();
        var otto = as("otto");
        otto.open("tasks/instant?project=p-1");

        write(otto, "Job id or task name", running);
        assertThat(task(otto, running)).hasCount(1);
        assertThat(otto.page.locator("tbody tr")).hasCount(1);
        otto.page.getByLabel("Status").selectOption("Completed");
        assertThat(otto.main()).containsText("No task is here");
        write(otto, "Job id or task name", "");
        assertThat(task(otto, ended)).hasCount(1);
        assertThat(task(otto, running)).hasCount(0);

        assertThat(otto.page).hasURL(Pattern.compile(".*project=p-1&status=Completed"));
        otto.page.reload();
        assertThat(task(otto, ended)).hasCount(1);
        assertThat(task(otto, running)).hasCount(0);
    }

    @Test
    void several_tasks_are_cancelled_or_deleted_at_once() {
        var waiting = List.of(scene.call.submitInTheWindow(), scene.call.submitInTheWindow());
        var ended = List.of(scene.call.submit(), scene.call.submit());
        ended.forEach(job -> scene.upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE));
        var running = scene.call.submit();
        var otto = as("otto");

        otto.open("tasks/scheduled");
        assertThat(task(otto, waiting.getFirst())).containsText("2.6.12.3 → 2.6.12.4");
        waiting.forEach(job -> choose(otto, job));
        otto.button("Cancel chosen").click();
        assertThat(otto.dialog()).containsText("Cancel 2 tasks");
        otto.inDialog("Cancel tasks").click();
        assertThat(otto.text("Cancelled.")).isVisible();
        assertThat(scene.upgrades.commands).hasSize(2).allMatch(said -> said.startsWith("cancel"));

        otto.open("tasks/instant");
        choose(otto, running);
        assertThat(otto.button("Delete chosen")).hasAttribute("aria-disabled", "true");
        ended.forEach(job -> choose(otto, job));
        otto.button("Delete chosen").click();
        assertThat(otto.dialog()).containsText("Delete 2 records");
        otto.inDialog("Delete").click();
        assertThat(otto.text("Deleted.")).isVisible();
        ended.forEach(job -> assertThat(task(otto, job)).hasCount(0));
        assertThat(task(otto, running)).hasCount(1);
        otto.open("instances/i-1"); // the newest five, of one instant: which they are is chance
        assertThat(otto.page
                        .locator("tbody tr", new Page.LocatorOptions().setHasText("upon submission"))
                        .first())
                .containsText("2.6.12.3 → 2.6.12.4");
    }

    private static Locator task(Console console, String job) {
        return console.page
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHas(console.page.locator("a[href='#/upgrades/" + job + "']")));
    }

    private static void choose(Console console, String job) {
        task(console, job).getByRole(AriaRole.CHECKBOX).check();
    }

    @Test
    void the_next_ten_openings_are_on_the_owners_clock() {
        scene.call.put(
                "/v3/p-2/instances/i-2/ops-window",
                "{\"start_time\":\"23:00\",\"end_time\":\"01:00\",\"time_zone\":\"Asia/Tokyo\"}");
        var bert = as("bert");

        bert.open("instances/i-2");

        var openings = bert.main().locator("ol.plain li");
        assertThat(openings).hasCount(10);
        assertThat(openings.first()).containsText(Pattern.compile("23:00.*01:00 (GMT\\+9|JST)"));
        assertThat(openings.first().locator("time")).hasAttribute("title", Pattern.compile(".*14:00:00 UTC to .*"));
    }

    /** REQUIREMENTS S18 and S19. */
    @Test
    void two_owners_see_nothing_of_each_others_projects() {
        var job = scene.call.submit();

        var bert = as("bert");
        assertThat(bert.main()).containsText("ledger");
        assertThat(bert.main()).not().containsText("orders");
        bert.open("instances/i-1");
        assertThat(bert.main()).containsText("does not exist");
        bert.open("upgrades/" + job);
        assertThat(bert.main()).containsText("does not exist");
        bert.open("tasks/instant");
        assertThat(bert.text("Loading…")).hasCount(0);
        assertThat(bert.main()).not().containsText("orders");
    }

    @Test
    void missing_rights_hide_pages_and_turn_actions_off_with_the_reason() {
        var job = scene.call.submit();
        scene.upgrades.holds(job, "the disk is full");

        var vera = as("vera");
        assertThat(vera.link("Audit")).hasCount(0);
        vera.open("instances/i-1");
        assertThat(vera.button("Upgrade proxy x-1")).hasAttribute("aria-disabled", "true");
        vera.button("Upgrade proxy x-1").hover();
        assertThat(vera.text("Your role viewer does not allow this").first()).isVisible();

        var olga = as("olga");
        olga.open("upgrades/" + job);
        assertThat(olga.page.getByRole(AriaRole.ALERT)).containsText("the disk is full");
        assertThat(olga.button("Retry")).hasAttribute("aria-disabled", "true");
        assertThat(olga.button("Pause")).not().hasAttribute("aria-disabled", "true");
    }

    @Test
    void an_operator_finds_the_held_nodes_of_all_projects_and_says_retry_with_a_reason() {
        var job = scene.call.submit();
        scene.upgrades.holds(job, "the disk is full");
        var ofTheBank = scene.call.submit("p-2", "i-2", "x-2");
        scene.upgrades.holds(ofTheBank, "the disk of the bank is full");
        var otto = as("otto");

        otto.link("Held").click();
        assertThat(otto.main()).containsText("the disk of the bank is full");
        assertThat(otto.main().locator("a[href='#/upgrades/" + ofTheBank + "']"))
                .hasText("proxy x-2");
        assertThat(otto.main()).containsText("the disk is full");
        otto.main()
                .locator(".held", new Locator.LocatorOptions().setHasText("the disk is full"))
                .last()
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Retry"))
                .click();
        otto.dialog().getByLabel("Reason").fill("the disk is free again");
        otto.dialog()
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Retry"))
                .click();

        assertThat(otto.text("Retry: noted.")).isVisible();
        assertThat(scene.upgrades.commands).contains("retry x-1-n2 the disk is free again");
    }

    @Test
    void clients_that_hold_on_are_shown_and_one_is_closed_by_an_operator() {
        var job = scene.call.submit();
        scene.upgrades.retires(job);
        var otto = as("otto");

        otto.open("upgrades/" + job);
        assertThat(otto.main()).containsText("10.0.0.9:5000");
        assertThat(otto.main()).containsText("in transaction");
        otto.button("Close session of 10.0.0.9:5000").first().click();
        otto.dialog().getByLabel("Reason").fill("the client hangs");
        otto.dialog()
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Close").setExact(true))
                .last()
                .click();

        assertThat(otto.text("Noted: closing is paced.")).isVisible();
        assertThat(scene.upgrades.commands).anyMatch(said -> said.contains("the client hangs"));
    }

    @Test
    void a_live_page_shows_what_happens_without_asking_and_links_to_the_run() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        var otto = as("otto");
        otto.open("upgrades/" + job);
        assertThat(otto.main()).containsText("● live");
        assertThat(otto.main()).containsText("event 1"); // so the stream has been asked for
        assertThat(otto.link("Temporal")).hasAttribute("href", Pattern.compile("http://127.0.0.1:8233/.*"));
        var asked = new ArrayList<String>();
        otto.page.onRequest(request -> asked.add(request.url()));

        scene.upgrades.happens(job, 2, "HANDED_OVER", Phase.NODES, null);
        scene.upgrades.retires(job);

        assertThat(otto.main()).containsText("event 2");
        assertThat(otto.main()).containsText("10.0.0.9:5000");
        assertThat(otto.main()).containsText("6 old generations");
        assertThat(otto.main()).containsText("old sessions are closed in the window only");
        assertThat(asked).allMatch(url -> !url.contains("/v3/"));
    }

    @Test
    void sessions_are_drawn_from_when_the_page_was_opened_and_not_of_what_had_ended_before() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        var olga = as("olga");
        olga.page.addInitScript("window.said = []; const say = CanvasRenderingContext2D.prototype.fillText;"
                + " CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {"
                + " window.said.push(text); return say.call(this, text, ...more); };");
        olga.page.reload();
        olga.open("upgrades/" + job);
        assertThat(olga.page.locator("#chart canvas")).isVisible();
        olga.page.waitForFunction("said.some((text) => /:\\d\\d:/.test(text))");
        assertThat((int) olga.page.evaluate("new Set(said.filter((text) => /:\\d\\d:/.test(text))).size"))
                .as("times on the axis")
                .isGreaterThan(1);

        scene.upgrades.happens(job, 2, "ENDED", Phase.ENDED, Outcome.DONE);
        var otto = as("otto");
        otto.open("upgrades/" + job);
        assertThat(otto.main()).containsText("new generation");
        assertThat(otto.page.locator("#chart")).hasCount(0);
    }

    @Test
    void the_sentence_is_copied_with_its_time_in_utc() {
        var olga = as("olga");
        olga.page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        olga.open("upgrades/" + scene.call.submit());

        olga.button("Copy").click();

        assertThat(olga.text("Copied.")).isVisible();
        assertThat(olga.page.evaluate("navigator.clipboard.readText()").toString())
                .isEqualTo(olga.page.locator(".sentence p").innerText() + " (2026-07-15 07:46:10 UTC)");
    }

    @Test
    void the_event_log_is_filtered_and_held_still() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        scene.upgrades.happens(job, 2, "HELD", Phase.NODES, null);
        scene.upgrades.happens(job, 3, "RESUMED", Phase.NODES, null);
        var otto = as("otto");
        otto.open("upgrades/" + job);
        var rows = otto.page.locator(".log tbody tr");
        assertThat(rows).hasCount(3);

        otto.page.evaluate("""
                const [node, kind] = document.querySelectorAll('.filters select');
                node.value = 'x-1-n2';
                node.dispatchEvent(new Event('change'));
                kind.value = 'HELD';
                kind.dispatchEvent(new Event('change'));""");
        assertThat(otto.page).hasURL(Pattern.compile(".*node=x-1-n2&kind=HELD"));
        otto.page.getByLabel("Kind").selectOption("");
        otto.page.getByLabel("Node").selectOption("");

        otto.page.getByLabel("only problems").check();
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("event 2");
        otto.page.getByLabel("only problems").uncheck();
        otto.page.getByLabel("Node").selectOption("x-1-n2");
        assertThat(rows).hasCount(1);
        otto.page.getByLabel("Node").selectOption("");
        otto.page.getByLabel("Kind").selectOption("RESUMED");
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("event 3");
        otto.page.getByLabel("Kind").selectOption("");
        otto.page.getByLabel("Text").fill("event 1");
        otto.page.getByLabel("Text").press("Enter");
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("event 1");
        assertThat(otto.page).hasURL(Pattern.compile(".*text=event.*"));
        otto.page.getByLabel("Text").fill("");
        otto.page.getByLabel("Text").press("Enter");
        otto.page.getByLabel("hold still").check();
        scene.upgrades.happens(job, 4, "PAUSED", Phase.NODES, null);
        assertThat(otto.text("hold still (1 more)")).isVisible();
        assertThat(rows).hasCount(3);
        otto.page.getByLabel("hold still").uncheck();
        assertThat(rows).hasCount(4);
    }

    @Test
    void a_session_that_ends_while_the_page_is_open_is_said_and_the_log_in_comes_back_here() {
        var job = scene.call.submit();
        var olga = as("olga");
        olga.open("upgrades/" + job);
        assertThat(olga.main()).containsText("live");

        var elsewhere = olga.page.context().newPage();
        elsewhere.navigate(olga.page.url());
        elsewhere
                .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out"))
                .click();
        assertThat(elsewhere.getByLabel("Password")).isVisible();

        assertThat(olga.main()).containsText("Your session has ended.");
        olga.link("Log in again").click();
        olga.fillIn("olga");
        assertThat(olga.page).hasURL(Pattern.compile(".*/console/#/upgrades/" + job));
        assertThat(olga.main()).containsText("Upgrade of proxy x-1");
    }

    @Test
    void a_tab_shows_who_acts_in_it_after_somebody_else_has_logged_in_in_another() {
        var olga = as("olga");
        var elsewhere = new Console(olga.page.context().newPage(), server.getURI());
        elsewhere.page.navigate(olga.page.url());
        elsewhere.button("Log out").click();
        elsewhere.fillIn("otto");
        assertThat(elsewhere.link("Held")).isVisible();

        olga.page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");

        assertThat(olga.link("Held")).isVisible();
        assertThat(olga.page.locator(".me")).containsText("otto");
    }

    @Test
    void a_session_that_is_there_again_is_used_and_not_said_to_have_ended() {
        var olga = as("olga");
        var elsewhere = new Console(olga.page.context().newPage(), server.getURI());
        elsewhere.page.navigate(olga.page.url());
        elsewhere.button("Log out").click();
        assertThat(elsewhere.page.getByLabel("Password")).isVisible();
        olga.open("tasks/instant");
        assertThat(olga.main()).containsText("Your session has ended.");
        elsewhere.fillIn("olga");
        assertThat(elsewhere.button("Log out")).isVisible();

        olga.page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");

        assertThat(olga.main()).not().containsText("Your session has ended.");
        assertThat(olga.main()).containsText("Task Center");
    }

    @Test
    void old_rows_are_no_answer_to_a_new_question() {
        var job = scene.call.submit();
        var olga = as("olga");
        olga.open("tasks/instant?project=p-1");
        assertThat(task(olga, job)).hasCount(1);
        var late = new ArrayList<Route>();
        olga.page.route("**/immediate-jobs?*", late::add);

        olga.page.getByLabel("Status").selectOption("Completed");
        assertThat(olga.main()).containsText("Loading…");
        late.forEach(Route::abort);

        assertThat(olga.main()).containsText("The server cannot be reached.");
        assertThat(task(olga, job)).hasCount(0);
        olga.page.unroute("**/immediate-jobs?*");
        olga.page.getByLabel("Status").selectOption("Running");
        assertThat(task(olga, job)).hasCount(1);
        assertThat(olga.text("Loading…")).hasCount(0);
    }

    @Test
    void an_answer_that_never_comes_is_said_after_a_minute() {
        var olga = as("olga");
        olga.page.evaluate("""
                () => {
                  const timeout = AbortSignal.timeout.bind(AbortSignal);
                  AbortSignal.timeout = (ms) => timeout(ms / 100);
                }""");
        olga.page.route("**/v3/*/immediate-jobs?*", never -> {});

        olga.open("tasks/instant");

        assertThat(olga.main()).containsText("The server cannot be reached.");
    }

    @Test
    void a_time_of_another_year_has_its_year_and_one_of_a_zone_that_is_unknown_here_is_in_utc() {
        var olga = as("olga");

        var shown = olga.page.evaluate("""
                async () => {
                  const { span, time } = await import('/console/parts/format.js');
                  const { render } = await import('/console/parts/html.js');
                  const { now } = await import('/console/parts/api.js');
                  const text = (made) => {
                    const place = document.createElement('p');
                    render(made, place);
                    return place.textContent;
                  };
                  const year = new Date(now()).getUTCFullYear();
                  return [
                    text(time('2019-03-05T10:00:00+0000')),
                    text(span('2019-03-05T10:00:00+0000', '2019-03-05T12:00:00+0000', 'UTC')),
                    text(time(`${year}-06-15T10:00:00+0000`, { zone: 'UTC' })).replace(String(year), 'this year'),
                    text(time(`${year}-06-15T10:00:00+0000`, { zone: 'Mars/Olympus' })),
                  ];
                }""");

        assertThat((List<?>) shown)
                .extracting(Object::toString)
                .satisfiesExactly(
                        time -> assertThat(time).contains("2019", "10:00"),
                        span -> assertThat(span).contains("2019", "10:00"),
                        near -> assertThat(near).contains("15", "10:00").doesNotContain("this year"),
                        unknown -> assertThat(unknown).contains("10:00", "UTC"));
    }

    @Test
    void each_button_that_is_off_tells_a_screen_reader_its_own_reason() {
        scene.call.submit();
        scene.call.submit();
        var vera = as("vera");

        vera.open("tasks/instant?project=p-1");

        var off = vera.button("Delete orders");
        assertThat(off.nth(1)).hasAccessibleDescription(Pattern.compile("Your role viewer does not allow this.*"));
        assertThat(vera.page.evaluate("""
                () => {
                  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
                  return ids.length - new Set(ids).size;
                }""")).isEqualTo(0);
    }

    @Test
    void a_dialog_about_a_held_node_names_it() {
        var job = scene.call.submit();
        scene.upgrades.holds(job, "the disk is full");
        var otto = as("otto");
        otto.open("upgrades/" + job);

        otto.button("Skip").click();

        assertThat(otto.dialog().locator("h2")).hasText("Skip: node-2 of proxy x-1");
    }

    @Test
    void a_new_beginning_is_shown_on_the_windows_clock_before_it_is_sent() {
        var job = scene.call.submitInTheWindow();
        var olga = as("olga");
        olga.open("upgrades/" + job);
        olga.button("Reschedule").click();
        var told = olga.dialog().locator("output");
        assertThat(told).hasText("");

        olga.dialog().getByLabel("Begin at").fill("2026-07-16T03:30");

        assertThat(told).containsText(Pattern.compile("That is .*2026.* on the window's clock\\."));
        assertThat(told).containsText(Pattern.compile("(GMT|UTC|CEST)"));
    }

    @Test
    void somebody_who_could_not_be_logged_out_is_told_and_is_logged_out_at_the_next_try() {
        var olga = as("olga");
        olga.open("tasks/instant");
        olga.page.route("**/v3/session", Route::abort);

        olga.button("Log out").click();

        assertThat(olga.main()).containsText("You are still logged in. The server cannot be reached.");
        olga.open("instances");
        assertThat(olga.main()).not().containsText("still logged in");
        olga.page.unroute("**/v3/session");
        olga.button("Log out").click();
        assertThat(olga.page.getByLabel("Password")).isVisible();
    }

    @Test
    void a_dialog_is_gone_when_the_page_goes_elsewhere() {
        var olga = as("olga");
        olga.open("tasks/instant");
        olga.open("instances/i-1");
        olga.button("Upgrade proxy x-1").click();
        assertThat(olga.dialog()).isVisible();

        olga.page.goBack();

        assertThat(olga.main()).containsText("Task Center");
        assertThat(olga.dialog()).hasCount(0);
    }

    @Test
    void the_filters_of_a_list_are_in_its_address() {
        var otto = as("otto");

        otto.page.getByLabel("Search").fill("ledger");
        otto.page.getByLabel("Search").press("Enter");

        assertThat(otto.page).hasURL(Pattern.compile(".*q=ledger.*"));
        assertThat(otto.page.getByRole(AriaRole.TABLE)).not().containsText("orders");
        otto.page.reload();
        assertThat(otto.page.getByRole(AriaRole.TABLE)).containsText("ledger");
        assertThat(otto.page.getByRole(AriaRole.TABLE)).not().containsText("orders");
    }

    /** REQUIREMENTS S18. */
    @Test
    void a_region_leaves_its_projects_and_their_instances() {
        var far = new Fleet(
                List.of(new Project("p-3", "Harbour", "eu-nl")),
                List.of(new Instance("i-3", "p-3", "quays", Instance.Status.FROZEN, MaintenanceWindow.DEFAULT)),
                List.of());
        scene.inventory.register(far);
        var otto = as("otto");
        var table = otto.page.getByRole(AriaRole.TABLE);
        assertThat(table).containsText("quays");

        otto.page.getByLabel("Region").selectOption("eu-nl");
        assertThat(table).not().containsText("orders");
        otto.page.goBack();
        assertThat(table).containsText("orders");
        assertThat(otto.page.getByLabel("Region")).hasValue("");
        otto.page.goForward();

        assertThat(table).not().containsText("orders");
        assertThat(otto.page.getByLabel("Region")).hasValue("eu-nl");
        assertThat(table.locator("tbody tr")).hasCount(1);
        assertThat(table).containsText("frozen");
        assertThat(otto.page.getByLabel("Project").locator("option")).hasText(new String[] {"All", "Harbour"});
        otto.page.getByLabel("Region").selectOption("");
        var version = otto.page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Version"));
        version.selectOption("behind");
        assertThat(table).containsText("orders");
        assertThat(table).not().containsText("quays");
        assertThat(otto.page).hasURL(Pattern.compile(".*#/instances\\?risk=behind"));
        otto.page.goBack();
        assertThat(version).hasValue("");
    }

    @Test
    void names_with_html_from_right_to_left_and_200_characters_are_only_names() {
        var names = List.of("<img src=x onerror=alert(1)><b>bold</b>", "\u202eخادم الطلبات", "x".repeat(200));
        scene.inventory.register(new Fleet(
                List.of(),
                names.stream()
                        .map(name -> new Instance(
                                "i-" + name.length(), "p-1", name, Instance.Status.NORMAL, MaintenanceWindow.DEFAULT))
                        .toList(),
                names.stream().map(ConsoleTest::named).toList()));
        var olga = as("olga");

        for (var name : names) {
            assertThat(olga.link(name)).isVisible();
        }
        assertThat(olga.page.locator("main b, main img")).hasCount(0);
        assertThat(Chromium.violations(olga.page, "names")).isEmpty();
        olga.link(names.getLast()).click();
        assertThat(olga.main()).containsText("Proxy Instance Information");
        assertThat(Chromium.violations(olga.page, "name")).isEmpty();
        for (var name : names) {
            var job = submit(olga, name);
            olga.open("upgrades/" + job);
            assertThat(olga.main().locator("h1")).containsText(name);
            assertThat(olga.page.locator(".sentence p").evaluate(IN_ORDER))
                    .as("the old version is seen before the new one")
                    .isEqualTo(true);
            assertThat(olga.page.locator("main b, main img")).hasCount(0);
        }
        assertThat(Chromium.violations(olga.page, "name-upgrade")).isEmpty();
        olga.open("tasks/instant");
        assertThat(olga.link(names.getFirst()).first()).isVisible();
        assertThat(Chromium.violations(olga.page, "name-tasks")).isEmpty();
        var otto = as("otto");
        otto.open("nodes");
        assertThat(otto.page.locator(".scroll").evaluate("it => it.scrollWidth - it.clientWidth"))
                .as("no column is pushed out by a long name")
                .isEqualTo(0);
    }

    private static final String IN_ORDER = """
            (paragraph) => {
              const text = [...paragraph.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
              const [from, to] = ['2.6.12.3', '2.6.12.4'].map((version) => {
                const range = new Range();
                range.setStart(text, text.data.indexOf(version));
                range.setEnd(text, text.data.indexOf(version) + version.length);
                return range.getBoundingClientRect();
              });
              return from.top < to.top || (from.top === to.top && from.left < to.left);
            }""";

    /** A proxy, and its two nodes, of such a name. */
    private static Proxy named(String name) {
        var id = "x-" + name.length();
        var nodes = Stream.of(Node.Role.PRIMARY, Node.Role.STANDBY)
                .map(role -> new Node(
                        id + "-" + role,
                        id,
                        name,
                        role,
                        "az-1",
                        "node:" + id,
                        Fleets.OLD,
                        Node.Status.NORMAL,
                        null,
                        null,
                        0))
                .toList();
        return new Proxy(
                id, "i-" + name.length(), name, "10.0.0.9", 3306, Proxy.Mode.HA, "haproxy", Proxy.Status.NORMAL, nodes);
    }

    private static String submit(Console console, String name) {
        var answer = console.call(
                "POST",
                "/v3/p-1/instances/i-%1$d/proxy/x-%1$d/upgrade-version".formatted(name.length()),
                "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW));
        var results = (List<?>) requireNonNull(answer.get("update_result"));
        return String.valueOf(((Map<?, ?>) results.getFirst()).get("workflow_id"));
    }

    @Test
    void an_owner_adds_changes_tries_and_removes_a_contact_of_an_instance() {
        var olga = as("olga");
        olga.open("instances/i-1");
        olga.link("Contacts and tests").click();

        olga.button("Add a contact Told of orders alone").click();
        olga.dialog()
                .getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Night shift");
        olga.dialog().getByLabel("E-mail").fill("night@example.com");
        olga.inDialog("Add").click();
        olga.button("Change Night shift").click();
        olga.dialog().getByLabel("Phone").fill("0151");
        olga.inDialog("Change").click();
        assertThat(olga.dialog()).containsText("'0151' is no phone number");
        olga.dialog().getByLabel("Phone").fill("+4915112345678");
        olga.inDialog("Change").click();
        assertThat(olga.main()).containsText("+4915112345678");

        olga.button("Send a test orders").click();
        olga.inDialog("Send").click();
        assertThat(olga.dialog()).containsText("How the test ended");
        assertThat(olga.dialog()).containsText("CHANGEOVER_"); // neither channel is configured
        olga.inDialog("Close").click();

        olga.button("Remove Night shift").click();
        olga.inDialog("Remove").click();
        assertThat(olga.text("Night shift is removed.")).isVisible();
        assertThat(olga.main()).not().containsText("+4915112345678");
        var vera = as("vera");
        vera.open("contacts");
        assertThat(vera.button("Add a contact Told of every instance of Shop")).hasAttribute("aria-disabled", "true");
    }

    @Test
    void the_report_is_one_page_of_paper_and_says_what_it_is_founded_on() {
        var job = scene.call.submit();
        for (int number = 1; number <= 80; number++) {
            scene.upgrades.happens(job, number, "HANDING_OVER", Phase.NODES, null);
        }
        scene.upgrades.retires(job);
        var olga = as("olga");

        olga.open("upgrades/" + job + "/report");

        assertThat(olga.main()).containsText("with 95 % confidence fewer than 3/N fail");
        assertThat(olga.main()).containsText("event 80");
        assertThat(olga.sheets()).isEqualTo(1);
        assertThat(olga.main()).containsText("2 closed because of their age");
        scene.upgrades.fallsSilent();
        olga.page.reload();
        assertThat(olga.main()).containsText("what became of the others is not known now");
        olga.open("upgrades/" + job);
        assertThat(olga.main()).containsText("Which old sessions are left is not known now.");
        assertThat(olga.main()).containsText("not known now old generations");
    }

    @Test
    void a_thousand_instances_are_read_in_parts_that_have_addresses() {
        scene.call.send("POST", "/v3/fleet", Fleets.of(1000), "Content-Type", "application/yaml");
        var otto = as("otto");

        otto.open("instances?project=many");
        assertThat(otto.main()).containsText("1–100 of 1,000");
        assertThat(otto.page.locator("tbody tr")).hasCount(100);
        otto.link("Next").click();
        assertThat(otto.page).hasURL(Pattern.compile(".*offset=100.*"));
        assertThat(otto.main()).containsText("101–200 of 1,000");
        otto.page.getByLabel("Search").fill("number 777");
        otto.page.getByLabel("Search").press("Enter");

        assertThat(otto.page.locator("tbody tr")).hasCount(1);
    }
}

package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.access.Accounts;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Chromium;
import dev.changeover.api.Fleets;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.upgrade.Phase;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every page for everybody, on upgrades that stand as a test says. */
@MicronautTest(environments = "api", transactional = false)
class ConsoleTest {
    /** Of the scripts that a page fetches from us, as they are: nothing shrinks them. */
    private static final int MOST_BYTES = 60_000;

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
                "instances",
                "instances/i-1",
                "contacts",
                "contacts?instance=i-1",
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
        assertThat(bert.main()).containsText("No task is here");
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
    void an_operator_finds_a_held_node_and_says_retry_with_a_reason() {
        var job = scene.call.submit();
        scene.upgrades.holds(job, "the disk is full");
        var otto = as("otto");

        otto.link("Held").click();
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

    @Test
    void names_with_html_from_right_to_left_and_200_characters_are_only_names() {
        var names = List.of("<img src=x onerror=alert(1)><b>bold</b>", "\u202eخادم الطلبات", "x".repeat(200));
        scene.inventory.register(new Fleet(
                List.of(),
                names.stream()
                        .map(name -> new Instance("i-" + name.length(), "p-1", name, Instance.Status.NORMAL))
                        .toList(),
                List.of()));
        var olga = as("olga");

        for (var name : names) {
            assertThat(olga.link(name)).isVisible();
        }
        assertThat(olga.page.locator("main b, main img")).hasCount(0);
        assertThat(Chromium.violations(olga.page, "names")).isEmpty();
        olga.link(names.getLast()).click();
        assertThat(olga.main()).containsText("This instance has no proxy");
        assertThat(Chromium.violations(olga.page, "name")).isEmpty();
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
        var paper = new String(olga.page.pdf(), StandardCharsets.ISO_8859_1);
        assertThat(Pattern.compile("/Type\\s*/Page\\b").matcher(paper).results())
                .hasSize(1);
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

package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Chromium;
import dev.changeover.api.Fleets;
import dev.changeover.api.StartedCampaign;
import dev.changeover.api.audit.Action;
import dev.changeover.cli.Commands;
import dev.changeover.client.Json;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** Every action of a page exists on the command line: the audit trail has both under the same word. */
@Order(1)
@MicronautTest(environments = "api", transactional = false)
class EveryActionTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    /** What the pages do, in the words of the audit trail, and what is typed instead. */
    private static final List<Twin> TWINS = List.of(
            twin("event.change", "event now {event}"),
            twin("campaign.halt", "campaign halt {campaign} --reason why"),
            twin("campaign.plan", "campaign create 2.6.12.3 -o json"),
            twin("campaign.start", "campaign start {id} --reason why"),
            twin("campaign.pause", "campaign pause {id} --reason why"),
            twin("campaign.resume", "campaign resume {id} --reason why"),
            twin("kernel.lifecycle", "kernel set 2.6.12.3 --lifecycle RISKY --reason why"),
            twin("account.add", "user add tom --role viewer --project p-1 --no-password"),
            twin("account.change", "user set tom --role owner"),
            twin("key.add", "key add tom -o json"),
            twin("key.remove", "key remove {access_key_id}"),
            twin("account.remove", "user remove tom"),
            twin("window.change", "window --instance i-2 --set 22:00-02:00 --zone Asia/Tokyo"),
            twin("contact.add", "contact add Night --instance i-2 --email night@example.com -o json"),
            twin("contact.test", "contact test --instance i-2"),
            twin("contact.remove", "contact remove --project p-2 {id}"),
            twin("upgrade.submit", "upgrade x-2 --in-window"),
            twin("upgrade.start-now", "start-now {waiting} --reason why"),
            twin("upgrade.reschedule", "reschedule {waiting} --reason why"),
            twin("upgrade.cancel", "cancel {waiting} --reason why"),
            new Twin("task.cancel", "cancel {waiting} --reason why", "upgrade.cancel"),
            twin("upgrade.pause", "pause {job} --reason why"),
            twin("upgrade.resume", "resume {job} --reason why"),
            twin("upgrade.retry", "retry {job} --reason why"),
            twin("upgrade.skip", "skip {job} --reason why"),
            twin("upgrade.close-remaining", "close-remaining {job} --count 6 --reason why"),
            twin("upgrade.stop", "stop {job} --reason why"),
            twin("task.delete", "tasks --delete {ended}"));

    /** Done on the command line alone, or by its other kind of credentials; only {@link ForcedUpgradeTest} can approve. */
    private static final Set<String> ELSEWHERE = Set.of(
            "session.begin",
            "session.end",
            "token.issue",
            "token.end-all",
            "account.set-password",
            "campaign.approve",
            "contact.replace",
            "fleet.register",
            "proxy.remove",
            "instance.remove",
            "project.remove",
            "kernel.register",
            "node.enroll",
            "order-key.change",
            "ring.change",
            "repair.begin",
            "repair.end");

    private final EmbeddedServer server;
    private final ApiScene scene;
    private final Router router;

    EveryActionTest(EmbeddedServer server, ApiScene scene, Router router) {
        this.server = server;
        this.scene = scene;
        this.router = router;
    }

    /** @param audited how the audit trail calls it where it was typed */
    private record Twin(String action, String typed, String audited) {}

    private static Twin twin(String action, String typed) {
        return new Twin(action, typed, action);
    }

    @BeforeAll
    static void people(Accounts accounts) {
        Console.people(accounts);
    }

    @Test
    void whatever_pages_change_the_command_line_changes_too() throws JsonProcessingException {
        for (var project : List.of("p-1", "p-2")) {
            scene.call.post("/v3/" + project + "/contacts", "{\"name\":\"owners\",\"email\":\"owners@example.com\"}");
        }
        var typist = Callers.token(server.getApplicationContext(), "typist", Role.OPERATOR);
        var known = new HashMap<String, String>();
        known.put("event", StartedCampaign.in(server.getApplicationContext(), scene.call));
        var otto = new Console(CHROMIUM, server.getURI()).logIn("otto");

        event(otto);
        type(TWINS.getFirst(), known, typist); // before its campaign is halted
        campaign(otto, known);
        accounts(otto);
        instance(otto);
        upgrade(otto, known);
        tasks(otto);

        assertThat(new TreeSet<>(done("otto")))
                .as("what the pages did, besides the log-in")
                .containsExactlyElementsOf(
                        Stream.concat(Stream.of("session.begin"), TWINS.stream().map(Twin::action))
                                .sorted()
                                .toList());

        known.put("ended", ended());
        for (var twin : TWINS.subList(1, TWINS.size())) {
            type(twin, known, typist);
        }
    }

    private static void event(Console otto) {
        otto.open("instances/i-1");
        otto.button("Cancel proxy x-1").click();
        confirm(otto, "Cancel the event");
    }

    private static void campaign(Console otto, Map<String, String> known) {
        otto.open("kernels");
        otto.button("Change " + Fleets.OLD).click();
        otto.dialog().getByLabel("Lifecycle").selectOption("DEFECTIVE");
        otto.dialog().getByLabel("Reason").fill("it loses sessions");
        confirm(otto, "Change");

        otto.open("campaigns");
        otto.link("off " + Fleets.OLD).first().click();
        say(otto, "Halt");
        otto.open("campaigns");
        otto.button("Plan a campaign").click();
        otto.dialog().getByLabel("Version that is to be left").fill(Fleets.OLD.toString());
        confirm(otto, "Plan");
        assertThat(otto.page).hasURL(Pattern.compile(".*#/campaigns/.+"));
        for (var order : List.of("Start", "Pause", "Resume")) {
            say(otto, order);
        }
        known.put("campaign", otto.page.url().replaceAll(".*/", ""));
    }

    private static void accounts(Console otto) {
        otto.open("access");
        otto.button("Add an account").click();
        otto.dialog().getByLabel("Name").fill("nina");
        otto.dialog().getByLabel("Password").fill(Console.PASSWORD);
        otto.dialog().getByLabel("Projects").selectOption("*");
        confirmSeen(otto, "Add", "account");
        otto.button("Change nina").click();
        otto.dialog().getByLabel("Role").selectOption("owner");
        confirm(otto, "Change");
        assertThat(row(otto, "Accounts", "nina")).containsText("owner");
        assertThat(row(otto, "Accounts", "nina")).containsText("every project");
        otto.button("New key nina").click();
        otto.inDialog("Make").click();
        assertThat(otto.dialog()).containsText("The secret is shown this once.");
        confirm(otto, "Close");
        row(otto, "Access keys", "nina")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Remove"))
                .click();
        confirm(otto, "Remove");
        otto.button("Remove nina").click();
        confirm(otto, "Remove");
        assertThat(row(otto, "Accounts", "nina")).hasCount(0);
    }

    private static void instance(Console otto) {
        otto.open("instances/i-1");
        otto.page
                .getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Change").setExact(true))
                .click();
        otto.dialog().getByLabel("Opens at").selectOption("22:00");
        otto.dialog().getByLabel("Closes at").selectOption("02:00");
        otto.dialog().getByLabel("Time zone").selectOption("Asia/Tokyo");
        confirmSeen(otto, "Change the window", "window");
        assertThat(otto.main()).containsText("22:00–02:00 Asia/Tokyo");

        otto.link("Contacts and tests").click();
        otto.button("Add a contact Told of orders alone").click();
        otto.dialog()
                .getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Night");
        otto.dialog().getByLabel("E-mail").fill("night@example.com");
        confirmSeen(otto, "Add", "contact");
        otto.button("Send a test orders").click();
        otto.inDialog("Send").click();
        assertThat(otto.dialog()).containsText("How the test ended");
        confirm(otto, "Close");
        otto.button("Remove Night").click();
        confirm(otto, "Remove");
    }

    private void upgrade(Console otto, Map<String, String> known) {
        otto.open("instances/i-1");
        otto.button("Upgrade proxy x-1").click();
        otto.dialog().getByLabel("In maintenance window").check();
        confirm(otto, "OK");
        known.put("waiting", shown(otto));
        for (var word : List.of("Start now", "Reschedule", "Cancel")) {
            say(otto, word);
        }

        var job = scene.call.submit();
        known.put("job", job);
        otto.open("upgrades/" + job);
        say(otto, "Pause");
        scene.upgrades.pauses(job);
        say(otto, "Resume");
        scene.upgrades.holds(job, "the disk is full");
        for (var word : List.of("Retry", "Skip", "Stop")) {
            say(otto, word);
        }
        scene.upgrades.retires(job);
        say(otto, "Close remaining", "Close");
        assertThat(scene.upgrades.commands)
                .endsWith(
                        "start-now null why",
                        "reschedule null why",
                        "cancel null why",
                        "pause null why",
                        "resume null why",
                        "retry x-1-n2 why",
                        "skip x-1-n2 why",
                        "stop null why",
                        "close-remaining null null 3 why");
    }

    private String ended() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE);
        return job;
    }

    private static String shown(Console otto) {
        assertThat(otto.page).hasURL(Pattern.compile(".*#/upgrades/.+"));
        return otto.page.url().replaceAll(".*/", "");
    }

    private void tasks(Console otto) {
        var link = otto.page.locator("a[href='#/upgrades/" + ended() + "']");
        otto.open("tasks/instant");
        otto.page
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHas(link))
                .getByRole(AriaRole.BUTTON)
                .click();
        confirm(otto, "Delete");
        otto.open("tasks/scheduled");
        otto.main().getByRole(AriaRole.CHECKBOX).first().check();
        otto.button("Cancel chosen").click();
        confirm(otto, "Cancel tasks");
    }

    private static Locator row(Console console, String table, String text) {
        return console.page
                .getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName(table))
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(text));
    }

    /** A command with its reason. */
    private static void say(Console console, String button) {
        say(console, button, button);
    }

    private static void say(Console console, String button, String confirmed) {
        console.button(button).first().click();
        console.dialog().getByLabel("Reason").fill("why");
        confirm(console, confirmed);
    }

    /** A button of the dialog, which is gone after it. */
    private static void confirm(Console console, String button) {
        console.inDialog(button).last().click();
        assertThat(console.dialog()).hasCount(0);
    }

    /** The same, and the dialog is looked at before. */
    private static void confirmSeen(Console console, String button, String picture) {
        Chromium.picture(console.page, "dialog-" + picture);
        assertThat(new AxeBuilder(console.page).analyze().getViolations())
                .as("what axe-core finds in the dialog " + picture)
                .isEmpty();
        confirm(console, button);
    }

    /** The words of what somebody did. */
    private List<String> done(String actor) {
        var words = new ArrayList<String>();
        JsonNode part;
        do {
            part = scene.call
                    .get("/v3/audit?outcome=done&limit=50&actor=%s&offset=%d".formatted(actor, words.size()))
                    .json();
            part.path("entries").forEach(entry -> words.add(entry.path("action").asText()));
        } while (words.size() < part.path("total_count").asInt());
        return words;
    }

    @CommandLine.Command(name = "changeover")
    static final class Program {}

    /** What it answers in JSON is known from then on. */
    private void type(Twin twin, Map<String, String> known, String token) throws JsonProcessingException {
        var words = Pattern.compile("\\{(\\w+)}")
                .matcher(twin.typed)
                .replaceAll(found -> String.valueOf(known.get(found.group(1))));
        var all = Stream.concat(
                        Stream.of(words.split(" ")),
                        Stream.of("--server", server.getURI().toString(), "--token", token))
                .toArray(String[]::new);
        var said = new StringWriter();
        var program = Commands.addTo(new CommandLine(new Program()), Map.of(), all)
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(said, true));

        var before = Collections.frequency(done("typist"), twin.audited);
        program.execute(all);

        if (words.endsWith("-o json")) {
            Json.read(said.toString())
                    .fields()
                    .forEachRemaining(
                            field -> known.put(field.getKey(), field.getValue().asText()));
        }
        assertThat(Collections.frequency(done("typist"), twin.audited))
                .as("%s: %s", words, said)
                .isEqualTo(before + 1);
    }

    @Test
    void every_action_there_is_is_on_a_page_or_is_known_to_be_elsewhere() {
        var named = router.uriRoutes()
                .flatMap(route -> route.getAnnotationMetadata().stringValue(Action.class).stream())
                .filter(not(Action.READ::equals))
                .filter(word -> !word.contains("{"))
                .distinct();

        assertThat(named)
                .allMatch(word -> ELSEWHERE.contains(word)
                        || TWINS.stream().map(Twin::action).anyMatch(word::equals));
    }
}

package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.api.Fleets;
import dev.changeover.client.Exit;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command against a running server. */
@MicronautTest(environments = "api", transactional = false)
class CommandsTest {
    private static final String KERNELS = """
            kernels:
              - version: 2.6.12.2
                engine: haproxy
                reported_version: 2.6.12-1+deb12u2
            """;

    private final URI server;
    private final String token;
    private final FakeUpgrades upgrades;
    private final TaskLedger ledger;
    private final Inventory inventory;

    @TempDir
    Path files = Path.of("");

    CommandsTest(ApiScene scene) {
        this.server = scene.server;
        this.token = scene.token;
        this.upgrades = scene.upgrades;
        this.ledger = scene.ledger;
        this.inventory = scene.inventory;
    }

    private Typed run(String words) {
        return run(List.of(words.split(" ")));
    }

    private Typed run(List<String> words) {
        return Typed.run(Stream.concat(words.stream(), Stream.of("--server", server.toString(), "--token", token))
                .toList());
    }

    private String file(String content) throws IOException {
        return Files.writeString(files.resolve("given.yaml"), content).toString();
    }

    private String job() {
        return run("upgrade x-1 -o json")
                .json()
                .path("update_result")
                .get(0)
                .path("workflow_id")
                .asText();
    }

    private String ended(Outcome outcome) {
        return ended(job(), outcome);
    }

    private String ended(String job, Outcome outcome) {
        upgrades.happens(job, 1, "HANDED_OVER", Phase.NODES, null);
        upgrades.happens(job, 2, "ENDED", Phase.ENDED, outcome);
        return job;
    }

    @ParameterizedTest
    @ValueSource(strings = {"instances", "kernel set 2.6.12.3 --lifecycle ACTIVE"})
    void a_server_that_does_not_speak_tls_is_told_from_one_that_is_away(String words) {
        var secure = server.toString().replace("http:", "https:");

        var typed = Typed.run((words + " --server " + secure).split(" "));

        assertThat(typed.err()).startsWith(secure + " cannot be reached: it does not speak TLS there: write http://");
        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
    }

    @Test
    void a_fleet_is_imported_and_its_proxies_can_be_seen() throws IOException {
        var typed = run("fleet import " + file(Fleets.FILE));

        assertThat(typed.exit()).isZero();
        assertThat(typed.out().strip()).isEqualTo("registered: projects 1, instances 1, proxies 1, nodes 2");
        assertThat(run("proxies --project p-7").out().lines().map(String::stripTrailing))
                .containsExactly(
                        "PROXY  NAME  INSTANCE  PROJECT  MODE  STATUS  STATE   VERSION   NODES  SESSIONS  ADDRESS        REASON",
                        "x-7    x-7   orders    p-7      Ha    NORMAL  UNSEEN  2.6.12.3  2      0         10.0.0.5:3306  n-1, n-2");
    }

    @Test
    void an_exported_fleet_can_be_imported_again_as_yaml_and_as_json() throws IOException {
        run("fleet import " + file(Fleets.FILE));

        var yaml = run("fleet export");
        var json = run("fleet export -o json");

        assertThat(yaml.err()).isEmpty();
        assertThat(run("fleet import " + file(yaml.out())).out()).startsWith("registered: projects 3, ");
        assertThat(run("fleet import " + file(json.out())).out()).startsWith("registered: projects 3, ");
        assertThat(run("fleet export").out()).isEqualTo(yaml.out()).contains("- id: p-7");
    }

    @Test
    void a_file_that_is_named_json_is_sent_as_json() throws IOException {
        var written = Files.writeString(
                files.resolve("fleet.json"),
                "{\n\t\"projects\": [{\"id\": \"p-7\", \"name\": \"a\\/b\", \"region\": \"eu\"}]}");

        var typed = run("fleet import " + written);

        assertThat(typed.err()).isEmpty();
        assertThat(typed.out()).startsWith("registered: projects 1, ");
    }

    @Test
    void what_is_gone_is_shown_and_then_removed_by_whoever_confirms() throws IOException {
        run("fleet import " + file(Fleets.FILE));

        var shown = run(List.of("fleet", "remove", "--proxy", "x-7", "--reason", "the database is gone"));
        var proxy = run("fleet remove --proxy x-7 --yes --reason gone");
        var again = run("fleet remove --proxy x-7 --yes --reason gone");
        var instance = run("fleet remove --instance i-7 --yes --reason gone");
        var project = run("fleet remove --project p-7 --yes --reason gone");

        assertThat(shown.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(shown.out()).contains("x-7", "n-1, n-2");
        assertThat(shown.err())
                .contains("nothing was removed", "fleet remove --proxy x-7 --reason 'the database is gone' --yes");
        assertThat(proxy.exit()).as(proxy.err()).isZero();
        assertThat(proxy.out().strip()).isEqualTo("removed: proxy x-7; proxies 1, nodes 2");
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("proxy x-7 does not exist");
        assertThat(run("fleet remove --project nowhere --reason gone").err())
                .contains("project nowhere does not exist");
        assertThat(instance.exit()).isZero();
        assertThat(project.exit()).isZero();
        assertThat(run("fleet export").out()).doesNotContain("p-7");
    }

    @Test
    void a_long_fleet_is_sent_as_it_is_read() throws IOException {
        var typed = run("fleet import " + file(Fleets.of(10_000)));

        assertThat(typed.err()).isEmpty();
        assertThat(typed.out().strip())
                .isEqualTo("registered: projects 1, instances 10000, proxies 10000, nodes 20000");
    }

    @Test
    void a_fleet_comes_from_another_program_as_well() throws IOException, InterruptedException {
        var pipe = files.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Files.writeString(pipe, Fleets.FILE, StandardOpenOption.WRITE);
            } catch (IOException nobodyReads) {
                throw new UncheckedIOException(nobodyReads);
            }
        });

        var typed = run("fleet import " + pipe);

        assertThat(typed.err()).isEmpty();
        assertThat(typed.out().strip()).isEqualTo("registered: projects 1, instances 1, proxies 1, nodes 2");
    }

    @Test
    void a_file_of_somebody_whom_the_server_does_not_know_is_refused_in_the_servers_words() throws IOException {
        var typed = Typed.run(
                "fleet", "import", file(Fleets.FILE), "--server", server.toString(), "--token", "a".repeat(43));

        assertThat(typed.exit()).isEqualTo(Exit.NOT_LOGGED_IN);
        assertThat(typed.err()).startsWith("DBS.280056: ");
    }

    @Test
    void a_fleet_that_is_half_right_is_refused_with_lines() throws IOException {
        var typed =
                run("fleet import " + file(Fleets.FILE.replace("3306", "many").replace("STANDBY", "KING")));

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err().lines())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("DBS.200001: line 11: "),
                        second -> assertThat(second).startsWith("  line 17: ").contains(" (request "));
        assertThat(typed.out()).isEmpty();
    }

    @Test
    void kernel_versions_are_imported_and_listed_newest_first() throws IOException {
        var typed = run("kernel import " + file(KERNELS));

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).contains("2.6.12.2");
        assertThat(run("kernel list").out().lines().map(line -> line.split(" ")[0]))
                .startsWith("VERSION", "2.6.12.4", "2.6.12.3");
        assertThat(run("kernel list --engine none").out().strip())
                .isEqualTo("no kernel versions; register some with: changeover kernel import FILE --server " + server);
    }

    @Test
    void a_version_is_withdrawn_with_its_reason_and_its_proxies_are_listed() throws IOException {
        run("kernel import " + file(KERNELS));

        var typed = run("kernel set 2.6.12.2 --lifecycle DEFECTIVE --reason leaks");

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).contains("2.6.12.2", "DEFECTIVE", "leaks");
        assertThat(run("kernel proxies 2.6.12.3").out()).contains("x-1", "x-2");
        assertThat(run("kernel proxies 2.6.12.2").out().strip()).isEqualTo("no proxies that run it");
        assertThat(run("kernel set 9.9.9.9 --lifecycle ACTIVE").exit()).isEqualTo(1);
    }

    @Test
    void instances_of_every_project_are_listed() {
        assertThat(run("instances").out()).contains("i-1", "orders", "i-2", "ledger", "x-2");
        assertThat(run("instances --project p-2").out()).doesNotContain("i-1");
    }

    @Test
    void the_window_of_an_instance_is_set_and_shown() {
        var typed = run("window --instance i-2 --set 22:00-02:00 --zone Europe/Berlin --count 1 "
                + "--from 2026-07-15T00:00:00Z -o json");

        assertThat(typed.err()).isEmpty();
        assertThat(typed.json().toString())
                .isEqualTo("[{\"opens\":\"2026-07-15T20:00:00Z\",\"closes\":\"2026-07-16T00:00:00Z\"}]");
        assertThat(run("instances --project p-2").out()).contains("22:00-02:00 Europe/Berlin");
        assertThat(run("window --instance i-2 --set 02:00-07:00").exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(run("instances --project p-2").out()).contains("22:00-02:00 Europe/Berlin");
    }

    @Test
    void the_window_of_an_instance_is_shown_on_its_own_clock() throws IOException {
        run("fleet import "
                + file(Fleets.FILE.replace("name: orders", "window: 02:00-06:00\n        time_zone: Europe/Berlin")));

        var typed = run("window --instance i-7 --from 2026-03-28T12:00:00Z --count 1");

        assertThat(typed.out().lines())
                .containsExactly(
                        "OPENS (Europe/Berlin)        CLOSES                       LASTS",
                        "Sun 2026-03-29 03:00 +02:00  Sun 2026-03-29 06:00 +02:00  3 h");
        assertThat(run("window --instance i-7 --from 2026-03-28T12:00:00Z --count 1 -o json")
                        .json()
                        .toString())
                .isEqualTo("[{\"opens\":\"2026-03-29T01:00:00Z\",\"closes\":\"2026-03-29T04:00:00Z\"}]");
        assertThat(run("instances --project p-7").out()).contains("02:00-06:00 Europe/Berlin");
    }

    @Test
    void a_version_says_what_runs_what_could_and_how_to_begin() {
        var typed = run("version x-1");

        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .contains("current version  2.6.12.3", "latest version   2.6.12.4", "can upgrade      yes")
                .contains("changeover upgrade x-1 --watch --server " + server)
                .contains("2.6.12.4  Fixes of 2.6.12.4");
    }

    @Test
    void a_version_says_why_there_is_nothing_to_upgrade() {
        upgrades.blocker = Blocker.FROZEN;

        assertThat(run("version x-1").out()).contains("can upgrade      no: " + Blocker.FROZEN.sentence());
    }

    @Test
    void a_plan_shows_checks_nodes_and_sessions() {
        var typed = run("plan x-1");

        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .contains("takes about      2 min 30 s", "older than 24 h  1", "FROZEN", "passed")
                .contains("its agent does not answer");
        assertThat(typed.out().indexOf("x-1-n2")).isLessThan(typed.out().indexOf("x-1-n1"));
    }

    @Test
    void a_plan_that_a_precheck_would_refuse_is_3() {
        upgrades.blocker = Blocker.FROZEN;

        var typed = run("plan x-1");

        assertThat(typed.exit()).isEqualTo(Exit.REFUSED);
        assertThat(typed.out()).contains("failed");
    }

    @Test
    void an_upgrade_prints_the_job_and_how_to_follow_it() {
        var typed = run("upgrade x-1");

        assertThat(typed.exit()).isZero();
        var job = typed.out().lines().findFirst().orElseThrow().replace("job ", "");
        assertThat(typed.out())
                .contains("2.6.12.3 to 2.6.12.4", "changeover watch %s --server %s".formatted(job, server));
        assertThat(run("tasks").out()).contains(job);
    }

    @Test
    void the_status_says_what_works_which_node_has_a_problem_and_what_is_held() {
        var seen = inventory.node("x-2-n1").orElseThrow();
        inventory.observed(new Inventory.Observation(
                seen.id(),
                null,
                Node.Status.ABNORMAL,
                null,
                0,
                Instant.now(),
                null,
                new NodeFacts(
                        null,
                        1,
                        List.of(),
                        List.of(
                                new NodeFacts.Finding(true, "DISK_FULL", "1 MB is free"),
                                new NodeFacts.Finding(true, "NOTHING_SERVES", "none serves")))));
        var job = job();
        upgrades.holds(job, "the handover failed five times");

        var typed = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> run("status"), it -> it.out().contains("UP"));

        assertThat(typed.exit()).as(typed.out() + typed.err()).isEqualTo(Exit.HELD);
        assertThat(typed.out())
                .contains("x-2-n1: DISK_FULL, 1 MB is free", "the handover failed five times", "go on with: ")
                .containsPattern(", \\d+ never seen: (x-\\d-n|n-)\\d")
                .doesNotContain("NOTHING_SERVES");
        assertThat(run("status -o json").json().path("upgrades")).isNotEmpty();
        ended(job, Outcome.DONE);
    }

    @Test
    void a_held_upgrade_says_so_and_why_beside_the_published_status_of_its_task_and_its_proxy() {
        var job = job();
        upgrades.holds(job, "the handover failed five times");

        var task = run("tasks --project p-1").out().lines().filter(line -> line.startsWith(job));
        var proxy = run("proxies --project p-1").out().lines().filter(line -> line.startsWith("x-1"));

        assertThat(task).singleElement().asString().contains(" Running ", " HELD ", "node-2: the handover failed");
        assertThat(proxy).singleElement().asString().contains(" NORMAL ", " HELD ", "node-2: the handover failed");
        assertThat(run("proxies -o json")
                        .json()
                        .path("proxies")
                        .get(0)
                        .path("state")
                        .path("job_id")
                        .asText())
                .isEqualTo(job);
        ended(job, Outcome.DONE);
    }

    @Test
    void tasks_of_both_kinds_are_listed_with_the_opening_that_is_planned() {
        var instant = job();
        var scheduled = TaskSample.waiting()
                .project("p-2")
                .instance("i-2", "ledger")
                .proxy("x-2")
                .created(FakeUpgrades.START)
                .planned(FakeUpgrades.START.plusSeconds(3600), Duration.ofHours(2))
                .task();
        ledger.record(scheduled, List.of());

        var both = run("tasks --limit 50 -o json").json().path("tasks");
        var pending = run("tasks --status pending --project p-2 -o json").json().path("tasks");

        assertThat(both.findValuesAsText("job_id")).contains(instant, scheduled.jobId());
        assertThat(pending).singleElement().satisfies(task -> {
            assertThat(task.path("job_id").asText()).isEqualTo(scheduled.jobId());
            assertThat(task.path("kind").asText()).isEqualTo("scheduled");
            assertThat(task.path("planned_start").asText()).isEqualTo("2026-07-15T08:46:10+0000");
            assertThat(task.path("source_version").asText()).isEqualTo("2.3.9.8");
        });
        assertThat(run("tasks --kind scheduled").out())
                .contains("PLANNED", "scheduled  Pending")
                .doesNotContain(instant);
        assertThat(run("tasks --kind instant --project p-2").out().strip()).isEqualTo("no tasks");
        assertThat(run("tasks --project p-2 --offset 1").out().strip()).isEqualTo("no tasks");
        assertThat(run("tasks --project p-2 --until 2026-07-15T09:46:09+02:00")
                        .out()
                        .strip())
                .isEqualTo("no tasks");
    }

    @Test
    void a_list_that_has_more_says_how_many_and_how_to_see_them() {
        ended(Outcome.DONE);
        ended(Outcome.DONE);
        var all = run("tasks --kind instant --project p-1 --limit 50 -o json")
                .json()
                .path("tasks")
                .size();
        var entries = run("audit --limit 1 -o json").json().path("total_count").asInt();

        var tasks = run("tasks --kind instant --project p-1 --limit 1");
        var audit = run("audit --limit 1 --offset 1");

        assertThat(tasks.err().strip()).isEqualTo("and %d more: --offset 1".formatted(all - 1));
        assertThat(audit.err().strip()).isEqualTo("and %d more: --offset 2".formatted(entries - 2));
        assertThat(run("tasks --kind instant --project p-1 --limit 50").err()).isEmpty();
    }

    @Test
    void the_record_of_an_upgrade_is_deleted_once_it_has_ended() {
        var job = job();
        var early = run("tasks --delete " + job);
        assertThat(early.exit()).isEqualTo(Exit.FAILED);
        assertThat(early.err()).contains("has not ended");
        ended(job, Outcome.DONE);

        var typed = run("tasks --delete " + job);

        assertThat(typed.out()).contains("deleted: " + job);
        assertThat(run("tasks --limit 50").out()).doesNotContain(job);
    }

    @Test
    void the_same_key_gets_the_same_job() {
        var first = run("upgrade x-1 --key mine-1 -o json").json();
        var second = run("upgrade x-1 --key mine-1 -o json").json();
        var other = run("upgrade x-1 -o json").json();

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void an_upgrade_that_a_precheck_refuses_is_3_with_the_code_and_the_request() {
        upgrades.blocker = Blocker.FROZEN;

        var typed = run("upgrade x-1");

        assertThat(typed.exit()).isEqualTo(Exit.REFUSED);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err())
                .matches("DBS\\.280449: .+ \\(request [0-9a-f-]{36}, recorded as job [0-9a-f-]{36}\\)\\R");
    }

    @Test
    void a_malformed_target_is_an_error_not_a_refusal() {
        var typed = run("upgrade x-1 --target newest");

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err()).startsWith("DBS.200001: target_version").contains("(request ");
    }

    @Test
    void a_server_that_lacks_what_it_needs_is_4_and_the_key_to_ask_again_is_told() {
        upgrades.failure = UpgradeFailures.temporalUnavailable();

        var typed = run("upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --key mine-2");

        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(typed.err())
                .startsWith("DBS.280005: ")
                .contains("changeover upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --key mine-2");
    }

    @ParameterizedTest
    @CsvSource({
        "version nobody, DBS.200002",
        "window --instance nobody, DBS.200002",
        "upgrade nobody, DBS.200002",
        "version a/../b%20c, DBS.200002",
        "watch nothing, DBS.200543",
        "report nothing, DBS.200543",
        "stop nothing --reason because, DBS.200543",
        "instances --project nowhere, DBS.200002",
        "tasks --project nowhere, DBS.200002"
    })
    void what_does_not_exist_is_1_with_the_servers_sentence(String words, String code) {
        var typed = run(words);

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err()).startsWith(code + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "stop", "start-now", "cancel"})
    void an_order_is_noted_with_its_reason(String word) {
        var job = job();

        var typed = run(List.of(word, job, "--reason", "the night is over"));

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).startsWith(word + " is noted; the upgrade is in phase NODES");
        assertThat(upgrades.commands).containsExactly(word + " null the night is over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry", "skip"})
    void an_order_about_a_held_node_names_it(String word) {
        var job = job();

        var typed = run(List.of(word, job, "--node", "x-1-n2", "--reason", "the night is over"));

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).startsWith(word + " is noted; the upgrade is in phase NODES");
        assertThat(upgrades.commands).containsExactly(word + " x-1-n2 the night is over");
    }

    @Test
    void an_order_that_the_phase_does_not_allow_is_1_with_the_reason() {
        var job = job();
        upgrades.commandRefusal = "no node is held";

        var typed = run("retry %s --reason again".formatted(job));

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err()).startsWith("DBS.200086: no node is held");
        assertThat(upgrades.commands).containsExactly("retry null again");
    }

    @Test
    void a_report_shows_nodes_sessions_and_what_happened() {
        var job = ended(Outcome.DONE);

        var typed = run("report " + job);

        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .contains(job, "outcome       DONE", "old sessions  0 closed by age, 0 by order, 0 left")
                .contains("x-1-n1", "x-1-n2", "HANDED_OVER", "event 1");
    }

    @Test
    void a_report_of_a_running_upgrade_says_that_it_is_provisional() {
        var job = job();
        upgrades.retires(job);

        assertThat(run("report " + job).out()).contains("provisional", "130 ms", "2.6.12-1+deb12u4");
    }

    @Test
    void every_command_answers_in_json_when_it_is_told_to() throws IOException {
        var job = ended(Outcome.DONE);
        var order = List.of("pause", job, "--reason", "because", "-o", "json");

        assertThat(run("instances -o json").json().path("instances")).isNotEmpty();
        assertThat(run("proxies -o json").json().path("proxies").findValuesAsText("pool_id"))
                .contains("x-1", "x-2");
        assertThat(run("window --instance i-1 -o json").json()).hasSize(10);
        assertThat(run("version x-1 -o json").json().path("latest_version").asText())
                .isEqualTo("2.6.12.4");
        assertThat(run("plan x-1 -o JSON").json().path("nodes")).hasSize(2);
        assertThat(run("tasks --output json").json().path("tasks")).isNotEmpty();
        assertThat(run("kernel list -o json").json().path("kernel_versions")).isNotEmpty();
        assertThat(run("report -o json " + job).json().path("provisional").asBoolean(true))
                .isFalse();
        assertThat(run("watch -o json " + job).json().path("outcome").asText()).isEqualTo("DONE");
        assertThat(run(order).json().path("job_id").asText()).isEqualTo(job);
        assertThat(run("fleet import -o json " + file(Fleets.FILE))
                        .json()
                        .path("nodes")
                        .asInt())
                .isEqualTo(2);
        assertThat(run("kernel import -o json " + file(KERNELS)).json().path("kernel_versions"))
                .hasSize(1);
    }

    @Test
    void held_upgrades_of_all_projects_are_shown_with_what_can_be_said_to_each() {
        var job = job();
        upgrades.holds(job, "the disk is full");

        var typed = run("held");

        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .contains("node x-1-n2: the disk is full", "changeover retry %s --reason".formatted(job));
        assertThat(run("held -o json").json().path("upgrades").findValuesAsText("job_id"))
                .contains(job);
    }

    @Test
    void nodes_are_listed_with_what_their_agents_found() {
        var node = inventory.proxy("x-1").orElseThrow().nodes().getFirst();
        inventory.observed(new Inventory.Observation(
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
                        List.of(new NodeFacts.Generation(3, "2.6.12-1+deb12u3", true, 4, 0)),
                        List.of(new NodeFacts.Finding(true, "DISK_FULL", "9 MiB are free")))));

        assertThat(run("nodes").out().lines().skip(1).findFirst().orElseThrow())
                .startsWith(node.id())
                .contains("1.4.0", "*3: 2.6.12-1+deb12u3, 4 sessions", "9 MiB are free");
    }

    @Test
    void the_server_may_be_named_before_the_command() {
        var typed = Typed.run("--server", server.toString(), "version", "x-1", "--token", token);

        assertThat(typed.exit()).isZero();
    }

    @Test
    void there_is_no_colour_where_there_is_no_terminal() {
        assertThat(run("proxies").out() + run("version x-1").out()).doesNotContain("\u001b");
    }
}

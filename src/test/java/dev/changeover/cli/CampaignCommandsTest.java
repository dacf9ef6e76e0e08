package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.client.Exit;
import dev.changeover.database.Sql;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A campaign as its operator and the owners of proxies type it. */
@MicronautTest(environments = "api", transactional = false)
class CampaignCommandsTest {
    private final ApiScene scene;
    private final Sql sql;
    private final Clock clock;

    CampaignCommandsTest(ApiScene scene, Sql sql, Clock clock) {
        this.scene = scene;
        this.sql = sql;
        this.clock = clock;
    }

    /** An agent has answered for every node, and there is somebody to tell. */
    @BeforeEach
    void everythingIsInOrder() {
        sql.change("update node set observed_at = ?", clock.instant());
        for (var project : new String[] {"p-1", "p-2"}) {
            run("contact", "add", "owners", "--project", project, "--email", "owners@example.com");
        }
        run("kernel", "set", "2.6.12.3", "--lifecycle", "DEFECTIVE", "--reason", "it leaks");
        run("campaign", "list", "-o", "json").json().path("campaigns").forEach(one -> {
            if (one.path("ended_at").isNull()) said("halt", one.path("id").asText());
        });
    }

    private Typed run(String... words) {
        return Typed.run(
                Stream.concat(Stream.of(words), Stream.of("--server", scene.server.toString(), "--token", scene.token))
                        .toList());
    }

    private Typed said(String order, String id) {
        return run("campaign", order, id, "--reason", "a test");
    }

    private String created() {
        return run("campaign", "create", "2.6.12.3", "--wave", "1,approval", "--wave", "rest", "-o", "json")
                .json()
                .path("id")
                .asText();
    }

    @Test
    void a_dry_run_tells_who_when_in_which_wave_and_who_would_need_an_operator() {
        sql.change("update node set observed_at = null where proxy_id = 'x-2'");

        var plan = run("campaign", "plan", "2.6.12.3", "--wave", "1,project=p-1,soak=3600,approval", "--wave", "rest");

        assertThat(plan.exit()).as(plan.err()).isZero();
        assertThat(plan.out().lines().map(String::strip))
                .contains("from              2.6.12.3", "proxies           2", "need an operator  1")
                .anyMatch(line -> line.matches("1 +1 +0 +2026-07-1.*"))
                .anyMatch(line -> line.matches("2 +x-2 +i-2 +NEEDS_OPERATOR .*no agent has ever answered for 2 of.*"));
        assertThat(run("campaign", "list").out()).doesNotContain("PLANNED");
    }

    @Test
    void a_campaign_is_planned_started_paused_resumed_and_halted_and_watching_it_tells_how_it_stands() {
        var id = created();
        assertThat(run("campaign", "list").out()).contains(id, "PLANNED");
        assertThat(run("campaign", "watch", id).exit()).isEqualTo(Exit.HELD);

        assertThat(said("start", id).out()).contains("RUNNING");
        assertThat(said("pause", id).out()).contains("PAUSED", "a test");
        var paused = run("campaign", "watch", id);
        assertThat(paused.exit()).isEqualTo(Exit.HELD);
        assertThat(paused.out()).startsWith("PAUSED, wave 1: ");
        assertThat(said("resume", id).out()).contains("RUNNING");

        assertThat(said("halt", id).out()).contains("HALTED");
        assertThat(run("campaign", "watch", id, "-o", "json").exit()).isEqualTo(Exit.FAILED);
        assertThat(run("campaign", "show", id).out()).contains("x-1", "x-2", "a test");
        sql.change("update campaign set state = 'DONE' where id = ?", id);
        var done = run("campaign", "watch", id);
        assertThat(done.exit()).isZero();
        assertThat(done.out().strip()).matches("DONE, wave 1: .*; a test");
    }

    @Test
    void lists_of_any_length_are_shown_whole_and_each_campaign_and_proxy_once() {
        var id = created();
        var one = sql.first("select created_at from campaign where id = ?", row -> row.instant("created_at"), id)
                .orElseThrow();
        var copies = IntStream.range(0, 120).boxed().toList();
        sql.changeAll("""
                insert into campaign (id, engine, version, target, level, state, stage, reason, note, strategy, created_by,
                    created_at, deadline, ended_at)
                select concat('many-', ?), engine, version, target, level, 'HALTED', 1, reason, note, strategy, created_by,
                    ?, deadline, deadline from campaign where id = ?
                """, copies, number -> new Object[] {number, one.minusSeconds(number), id});
        sql.changeAll("""
                insert into campaign_member (id, campaign_id, project_id, instance_id, instance_name, proxy_id, proxy_name,
                    stage, position, state, reason, attempt, cancels, urgent, created_at, updated_at)
                values (concat('member-', ?), ?, 'p-1', 'i-1', 'orders', concat('copy-', ?), 'a copy', 2, ?, 'HELD', '', 1, 0,
                    0, ?, ?)
                """, IntStream.range(0, 2100).boxed().toList(), number ->
                new Object[] {number, id, number, number, one, one});

        var campaigns = run("campaign", "list", "-o", "json").json().path("campaigns");
        var held = run("campaign", "show", id, "--status", "HELD", "-o", "json").json();

        assertThat(campaigns.findValuesAsText("id"))
                .hasSize(scene.call
                        .get("/v3/campaigns")
                        .json()
                        .path("total_count")
                        .asInt())
                .doesNotHaveDuplicates()
                .contains(id, "many-0", "many-119");
        assertThat(run("campaign", "list").out().lines())
                .filteredOn(line -> line.startsWith("many-"))
                .hasSize(120);
        assertThat(held.path("campaign").path("id").asText()).isEqualTo(id);
        assertThat(held.path("members").findValuesAsText("proxy_id"))
                .hasSize(2100)
                .doesNotHaveDuplicates();
        assertThat(run("campaign", "show", id).out())
                .startsWith("campaign ")
                .contains("x-1", "x-2", "copy-0 ", "copy-2099 ");
    }

    @Test
    void who_was_told_of_a_campaign_is_one_list_over_all_projects() {
        var id = created();
        assertThat(run("campaign", "notices", id).out().strip()).isEqualTo("no notices");

        said("start", id);

        var told = run("campaign", "notices", id, "-o", "json").json().path("notices");
        assertThat(told.findValuesAsText("project_id")).containsExactlyInAnyOrder("p-1", "p-2");
        assertThat(told.findValuesAsText("proxy_id")).containsExactlyInAnyOrder("x-1", "x-2");
        assertThat(run("campaign", "notices", id).out()).contains("PLANNED", "x-1", "2.6.12.4");
        sql.change("update notice set state = 'NOBODY' where campaign_id = ? and proxy_id = 'x-2'", id);
        assertThat(run("campaign", "notices", id, "--unreached").out())
                .contains("x-2", "NOBODY")
                .doesNotContain("x-1");
        assertThat(run("campaign", "notices", "none").err()).contains("campaign none does not exist");
    }

    @Test
    void a_reminder_is_told_from_what_it_repeats() {
        var id = created();
        said("start", id);
        sql.change(
                "update notice set reminder_of = id, state = 'NEW', due_at = ? where proxy_id = 'x-1'",
                Instant.parse("2027-01-01T00:00:00Z"));

        assertThat(run("campaign", "notices", id).out().lines().filter(line -> line.contains("x-1")))
                .isNotEmpty()
                .allMatch(line -> line.matches(".*PLANNED reminder .* not told yet"));
    }

    @Test
    void an_owner_moves_cancels_and_executes_a_planned_event() {
        var id = created();
        said("start", id);
        var event = sql.first(
                        "select id from campaign_member where campaign_id = ? and project_id = 'p-1'",
                        row -> row.text("id"),
                        id)
                .orElseThrow();
        assertThat(run("event", "list", "--project", "p-1").out()).contains(event, "x-1", "MAJOR", "it leaks");

        assertThat(run("event", "move", event, "2026-07-20", "03:30").out())
                .contains("is SCHEDULED, planned for 2026-07-");
        // The task takes the word if the campaign has delivered it by now, else the plan.
        var planned =
                run("event", "list", "--status", "SCHEDULED", "-o", "json").out();
        assertThat(planned + scene.upgrades.commands).contains("2026-07-20T03:30:00");
        assertThat(run("event", "cancel", event).exit()).isZero();
        assertThat(scene.upgrades.commands).last().asString().startsWith("cancel");
        assertThat(run("event", "now", event).exit()).isZero();
        assertThat(scene.upgrades.commands).last().asString().startsWith("start-now");

        scene.upgrades.commandRefusal = "it has begun";
        var refused = run("event", "now", event);
        assertThat(refused.exit()).isEqualTo(Exit.FAILED);
        assertThat(refused.err()).startsWith("DBS.200086: ").contains("it has begun");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event now none",
                "event cancel none",
                "event move none 2026-07-20 03:30",
                "event ring none",
                "campaign show none",
                "campaign notices none",
                "plan none",
                "version none",
                "watch none",
                "report none",
                "pause none --reason x",
                "window --instance none",
                "contact test --instance none"
            })
    void what_does_not_exist_is_refused_by_the_server_and_no_wrong_use(String words) {
        var typed = run(words.split(" "));

        assertThat(typed.err()).startsWith("DBS.200").contains("none");
        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
    }

    @Test
    void an_owner_chooses_when_to_be_served_in_campaigns() {
        assertThat(run("event", "ring", "i-1").out().strip()).isEqualTo("NORMAL");

        assertThat(run("event", "ring", "i-1", "early").out().strip()).isEqualTo("EARLY");

        assertThat(run("event", "ring", "i-1").out().strip()).isEqualTo("EARLY");
        assertThat(run("event", "ring", "i-1", "outer").exit()).isEqualTo(Exit.FAILED);
        run("event", "ring", "i-1", "normal");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,colour=red | 2 | 'colour=red' is no condition of a wave",
                "1,soak=long  | 2 | 'long' is no number of seconds",
                "half         | 1 | 'half' is no number",
                "1            | 1 | they do not add up"
            })
    void a_wave_that_makes_no_sense_is_refused_and_nothing_is_planned(String wave, int exit, String words) {
        var refused = run("campaign", "create", "2.6.12.3", "--wave", wave);

        assertThat(refused.exit()).isEqualTo(exit);
        assertThat(refused.err()).contains(words);
        assertThat(run("campaign", "list").out()).doesNotContain("PLANNED");
    }
}

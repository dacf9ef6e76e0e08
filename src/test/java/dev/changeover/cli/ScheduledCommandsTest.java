package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.client.Exit;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Schedule;
import dev.changeover.window.Opening;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The maintenance window and the operator's hands, typed. */
@MicronautTest(environments = "api", transactional = false)
class ScheduledCommandsTest {
    private static final Duration AHEAD = Duration.ofMinutes(192);

    private final URI server;
    private final String token;
    private final FakeUpgrades upgrades;

    ScheduledCommandsTest(ApiScene scene) {
        this.server = scene.server;
        this.token = scene.token;
        this.upgrades = scene.upgrades;
    }

    @BeforeEach
    void the_window_opens_in_three_hours() {
        var opens = FakeUpgrades.START.plus(AHEAD);
        upgrades.schedule =
                new Schedule("02:00-06:00 UTC", new Opening(opens, opens.plus(Duration.ofHours(4))), false, false);
    }

    private Typed run(String... words) {
        return Typed.run(Stream.concat(Stream.of(words), Stream.of("--server", server.toString(), "--token", token))
                .toList());
    }

    private String job(String... options) {
        var words = Stream.concat(Stream.of("upgrade", "x-1", "-o", "json"), Stream.of(options));
        return run(words.toArray(String[]::new))
                .json()
                .path("update_result")
                .path(0)
                .path("workflow_id")
                .asText();
    }

    private String retiring() {
        var job = job();
        upgrades.retires(job);
        return job;
    }

    @Test
    void an_upgrade_in_the_window_prints_its_opening_and_what_can_still_be_said() {
        var typed = run("upgrade", "x-1", "--in-window");

        assertThat(typed.exit()).isZero();
        var job = typed.out().lines().findFirst().orElseThrow().replace("job ", "");
        assertThat(typed.out())
                .contains("2.6.12.3 to 2.6.12.4", "window 02:00-06:00 UTC: opens in 3 h 12 min, at ")
                .contains("changeover start-now %s --reason \"...\" --server %s".formatted(job, server))
                .contains("changeover reschedule " + job, "changeover cancel " + job, "changeover watch " + job);
    }

    @Test
    void what_is_printed_as_json_is_one_answer() {
        assertThat(run("upgrade", "x-1", "--in-window", "-o", "json")
                        .json()
                        .path("update_result")
                        .path(0)
                        .path("state")
                        .asText())
                .isEqualTo("ACCEPT");
    }

    @Test
    void watching_one_that_waits_shows_what_happens_and_ends_with_it() {
        var job = job("--in-window");
        upgrades.happens(job, 1, "WAITING", Phase.WAITING, null);
        upgrades.happens(job, 2, "CANCELLED", Phase.ENDED, Outcome.CANCELLED);

        var typed = run("watch", job);

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.out()).contains("WAITING", "CANCELLED");
    }

    @Test
    void a_plan_shows_the_opening_only_where_it_is_asked_for() {
        var inWindow = run("plan", "x-1", "--in-window");
        var instant = run("plan", "x-1");

        assertThat(inWindow.exit()).isZero();
        assertThat(inWindow.out())
                .containsPattern("window +02:00-06:00 UTC")
                .containsPattern("opens +\\w{3} 20")
                .containsPattern("closes +\\w{3} 20")
                .containsPattern("ESTIMATE")
                .containsPattern("x-1-n2 .* 1 min 15 s");
        assertThat(instant.out()).doesNotContain("opens").contains("1 min 15 s");
    }

    @ParameterizedTest
    @CsvSource({
        ",                     ,              null",
        "2026-07-16T02:30:00Z, ,              2026-07-16T02:30:00Z",
        "2026-07-16T04:30,     Europe/Berlin, 2026-07-16T02:30:00Z"
    })
    void it_is_rescheduled_to_the_next_opening_or_to_an_instant(String at, String zone, String instant) {
        var words = new ArrayList<>(List.of("reschedule", job("--in-window"), "--reason", "later"));
        if (at != null) {
            words.addAll(List.of("--at", at));
        }
        if (zone != null) {
            words.addAll(List.of("--zone", zone));
        }

        var typed = run(words.toArray(String[]::new));

        assertThat(typed.exit()).as(typed.err()).isZero();
        assertThat(typed.out()).startsWith("reschedule is noted; the upgrade is in phase WAITING");
        assertThat(upgrades.commands).containsExactly("reschedule %s later".formatted(instant));
    }

    @Test
    void closing_what_remains_without_a_count_shows_who_holds_on_and_closes_nothing() {
        var job = retiring();

        var typed = run("close-remaining", job, "--reason", "maintenance ends");

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.out().lines().map(String::strip))
                .containsExactly(
                        "NODE    CLIENT         USER  PROGRAM  AGE  STATE           SESSION",
                        "x-1-n2  10.0.0.9:5000  app            2 h  in transaction  1-0x1.2-10.0.0.9:5000",
                        "x-1-n1  10.0.0.9:5000  app            2 h  in transaction  1-0x1.2-10.0.0.9:5000",
                        "and 4 more");
        assertThat(typed.err())
                .startsWith("nothing was closed; 6 sessions remain")
                .contains("changeover close-remaining %s --count 6 --reason 'maintenance ends' --server %s"
                        .formatted(job, server));
        assertThat(upgrades.commands).isEmpty();
    }

    @Test
    void the_confirmation_of_one_node_counts_that_node() {
        var job = retiring();

        var typed = run("close-remaining", job, "--reason", "r", "--node", "x-1-n2");
        var json = run("close-remaining", job, "--reason", "r", "-o", "json");
        var quoted = run("close-remaining", job, "--reason", "it's $HOME");

        assertThat(quoted.err()).contains("--reason 'it'\\''s $HOME' --server");
        assertThat(typed.err()).contains("close-remaining %s --node x-1-n2 --count 3 --reason r".formatted(job));
        assertThat(json.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(json.out()).contains("\"left\" : 6", "\"node_id\" : \"x-1-n2\"");
    }

    @Test
    void with_nobody_left_there_is_nothing_to_confirm() {
        var typed = run("close-remaining", job(), "--reason", "r");

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).contains("no session remains", "phase NODES");
    }

    @Test
    void closing_with_a_count_or_of_one_session_is_said_to_the_upgrade() {
        var job = retiring();

        var all = run("close-remaining", job, "--reason", "r", "--count", "6");
        var one =
                run("close-remaining", job, "--reason", "r", "--node", "x-1-n2", "--session", "1-0x1.2-10.0.0.9:5000");

        assertThat(all.exit()).isZero();
        assertThat(all.out()).startsWith("close-remaining is noted");
        assertThat(one.exit()).isZero();
        assertThat(upgrades.commands)
                .containsExactly("close-remaining null null 6 r", "close-remaining x-1-n2 1-0x1.2-10.0.0.9:5000 1 r");
    }

    @Test
    void more_than_were_confirmed_is_1_with_their_number() {
        var job = retiring();
        upgrades.commandRefusal = "6 sessions remain, 5 were confirmed; nothing was closed";

        var typed = run("close-remaining", job, "--reason", "r", "--count", "5");

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err()).contains("6 sessions remain, 5 were confirmed");
    }

    @Test
    void holders_and_the_report_show_who_holds_on_and_when_they_are_closed() {
        var job = retiring();

        var typed = run("holders", job);

        assertThat(typed.exit()).isZero();
        assertThat(typed.out())
                .startsWith("phase RETIRING, sessions that old generations hold: 6")
                .contains("old sessions are closed in the window only: opens in 3 h 12 min", "10.0.0.9:5000")
                .contains("changeover close-remaining %s --count 6".formatted(job));
        assertThat(run("holders", job, "-o", "json").json().path("holders")).hasSize(2);
        assertThat(run("report", job).out()).contains("in transaction");
        assertThat(run("holders", job()).out().strip()).isEqualTo("phase NODES, sessions that old generations hold: 0");
    }
}

package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.client.Exit;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upgrade that is watched: what is shown, and how the exit code tells how it went. */
@MicronautTest(environments = "api", transactional = false)
class WatchTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final URI server;
    private final String token;
    private final FakeUpgrades upgrades;
    private final TaskLedger ledger;
    private final ApplicationContext context;

    WatchTest(ApiScene scene, EmbeddedServer running) {
        this.context = running.getApplicationContext();
        this.ledger = scene.ledger;
        this.server = scene.server;
        this.token = scene.token;
        this.upgrades = scene.upgrades;
    }

    private CompletableFuture<Typed> started(String words) {
        var all = (words + " --server " + server + " --token " + token).split(" ");
        return CompletableFuture.supplyAsync(() -> Typed.run(all), Thread::startVirtualThread);
    }

    private Typed run(String words) {
        return started(words).orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    private String job() {
        return run("upgrade x-1").out().lines().findFirst().orElseThrow().replace("job ", "");
    }

    @Test
    void shows_every_event_once_and_ends_with_0_when_the_upgrade_is_done() {
        var job = job();
        upgrades.happens(job, 1, "ADMITTED", Phase.NODES, null);
        var watch = started("watch " + job);

        upgrades.happens(job, 2, "HANDED_OVER", Phase.NODES, null);
        Awaitility.await().during(Duration.ofMillis(1500)).until(() -> !watch.isDone());
        upgrades.happens(job, 3, "ALL_SERVE", Phase.RETIRING, null);
        upgrades.happens(job, 4, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(watch).succeedsWithin(SOON).satisfies(typed -> {
            assertThat(typed.exit()).isZero();
            assertThat(typed.out().lines().filter(line -> line.contains("event ")))
                    .extracting(line -> line.replaceAll(".*event ", ""))
                    .containsExactly("1", "2", "3", "4");
            assertThat(typed.out()).contains("HANDED_OVER     x-1-n2: event 2");
            assertThat(typed.out().lines())
                    .anyMatch(line -> line.startsWith("x-1-n2  [##########......]  SERVING"))
                    .last()
                    .asString()
                    .startsWith("DONE: every node serves 2.6.12.4");
        });
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void the_exit_code_tells_the_outcome(Outcome outcome) {
        var job = job();
        upgrades.happens(job, 1, "ENDED", Phase.ENDED, outcome);

        var typed = run("watch " + job);

        assertThat(typed.exit())
                .isEqualTo(
                        switch (outcome) {
                            case DONE -> Exit.DONE;
                            case MIXED, CANCELLED -> Exit.FAILED;
                            case REFUSED -> Exit.REFUSED;
                        });
        assertThat(typed.out()).contains(outcome.name());
    }

    @Test
    void a_held_upgrade_is_5_with_the_reason_and_the_commands_to_go_on() {
        var job = job();
        upgrades.holds(job, "the new kernel does not start");

        var typed = run("watch " + job);

        assertThat(typed.exit()).isEqualTo(Exit.HELD);
        assertThat(typed.out())
                .contains("HELD", "held: node x-1-n2: the new kernel does not start")
                .contains("changeover retry %s --reason \"...\" --node x-1-n2 --server %s".formatted(job, server))
                .contains("changeover skip " + job, "changeover stop " + job);
    }

    @Test
    void who_watches_a_held_upgrade_is_offered_only_what_they_may_say() {
        var job = job();
        upgrades.holds(job, "the new kernel does not start");

        var owner = watch(job, "olga", Role.OWNER);
        var viewer = watch(job, "vera", Role.VIEWER);

        assertThat(owner.out())
                .contains("changeover stop " + job, "or ask an operator, who can say retry or skip")
                .doesNotContain("changeover retry", "changeover skip");
        assertThat(viewer.out())
                .contains("nothing else is touched; ask an operator, who can say retry or skip")
                .doesNotContain("changeover stop");
    }

    private Typed watch(String job, String name, Role role) {
        var theirs = Callers.token(context, name, role, "p-1");
        return Typed.run("watch", job, "--server", server.toString(), "--token", theirs);
    }

    /** An agent's words, and those that stood in a ledger before such reasons were refused. */
    @ParameterizedTest
    @ValueSource(strings = {"watch %s", "watch %s -o json"})
    void a_terminal_obeys_nothing_that_comes_from_a_server(String words) {
        var job = job();
        upgrades.holds(job, "\u001b[2J\u001b[31mALL FINE\u001b]0;pwn\u0007\u009b31m\r\nfake line\u202e\u2028");

        var typed = run(words.formatted(job));

        assertThat(typed.out() + typed.err()).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}&&[^\n]]");
        assertThat(typed.out().lines()).noneMatch(line -> line.startsWith("fake line"));
        if (words.equals("watch %s")) {
            assertThat(typed.out()).contains("x-1-n2: ?[2J?[31mALL FINE?]0;pwn??31m  fake line? ");
        }
    }

    @Test
    void with_until_serving_it_ends_at_the_first_completion_mark() {
        var job = job();
        var patient = started("watch " + job);
        var hurried = started("watch --until serving " + job);

        upgrades.happens(job, 1, "ALL_SERVE", Phase.RETIRING, null);

        assertThat(hurried).succeedsWithin(SOON).satisfies(typed -> {
            assertThat(typed.exit()).isZero();
            assertThat(typed.out()).contains("every node serves 2.6.12.4");
        });
        assertThat(patient).isNotDone();
        upgrades.happens(job, 2, "ENDED", Phase.ENDED, Outcome.DONE);
        assertThat(patient).succeedsWithin(SOON);
    }

    @Test
    void a_server_that_loses_temporal_in_the_middle_is_waited_for() {
        var job = job();
        var before = upgrades.views.get();
        var watch = started("watch " + job);
        // its first question has its answer, and it goes on asking
        Awaitility.await("it watches").until(() -> upgrades.views.get() > before + 2);

        upgrades.failure = UpgradeFailures.temporalUnavailable();
        Awaitility.await().during(Duration.ofMillis(2500)).until(() -> !watch.isDone());
        upgrades.failure = null;
        upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(watch).succeedsWithin(SOON).extracting(Typed::exit).isEqualTo(Exit.DONE);
    }

    @Test
    void a_server_that_has_no_temporal_from_the_start_is_4() {
        var job = job();
        upgrades.failure = UpgradeFailures.temporalUnavailable();

        var typed = run("watch " + job);

        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(typed.err()).startsWith("DBS.280005: ");
    }

    @Test
    void an_upgrade_can_be_begun_and_watched_at_once() {
        var watch = started("upgrade x-1 --watch --key watched -o json");
        var job = Awaitility.await()
                .until(() -> ledger.taskByKey("p-1", "watched"), Optional::isPresent)
                .orElseThrow()
                .jobId();

        upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(watch).succeedsWithin(SOON).satisfies(typed -> {
            assertThat(typed.exit()).isZero();
            assertThat(typed.json().path("job_id").asText()).isEqualTo(job);
        });
    }
}

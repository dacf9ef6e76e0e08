package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.database.TestDatabase;
import dev.changeover.node.NodeFault;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.workflow.RealServer;
import dev.changeover.upgrade.workflow.Scenario;
import io.micronaut.health.HealthStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Servers of two versions on one database and one Temporal. Both are this code under two names: this shows that work
 * passes from one to the other and back, not that two codes agree, which the histories that are kept show.
 */
@ResourceLock(RealServer.QUEUES)
class OneBuildTest {
    private static final Duration PATIENT = Duration.ofMinutes(5);

    @TempDir
    Path directory = Path.of("");

    @Test
    void the_newer_one_takes_over_what_runs_and_gives_it_back_when_it_goes() {
        try (var database = TestDatabase.h2(directory);
                var scene = new RealServer(2, Scenario.QUICK)) {
            scene.killServer();
            var sql = database.getBean(Sql.class);
            try (var old = new Version("0.9.0", sql, scene);
                    var newer = new Version("0.10.0", sql, scene)) {
                old.works();
                scene.nodes.fail("n1 handOver", NodeFault.NOT_SAFE);
                var job = scene.submit();
                scene.await("held", progress -> !progress.held().isEmpty());

                newer.build.leads(newer.workers);
                newer.isLookedAfter();
                old.build.look();
                assertThat(old.workers.running())
                        .as("the newer one has not come to work")
                        .isTrue();

                newer.works();
                old.build.look();
                assertThat(old.workers.running()).isFalse();
                assertThat(old.standby.reason()).contains(old.reason());
                assertThat(newer.standby.reason()).isEmpty();
                assertThat(old.build.result().getStatus()).isEqualTo(HealthStatus.DOWN);
                assertThat(old.reason())
                        .isEqualTo("this server is 0.9.0, and a newer one, 0.10.0, works on the same database: this one"
                                + " changes nothing any more, call the newer one and stop this one");
                assertThat(newer.build.result().getStatus()).isEqualTo(HealthStatus.UP);
                assertThat(newer.reason()).isEqualTo("0.10.0");
                var passed = identities(scene).size();
                scene.nodes.mend("n1 handOver");
                scene.nodes.keepOldSessions(true);
                scene.upgrades.command(job, Command.RETRY, "n1", "it is mended", "bob");
                scene.await("retiring", progress -> scene.task(job).phase().equals("RETIRING"));
                var passedBack = identities(scene).size();

                newer.workers.close();
                newer.build.look();
                sql.change("update build set alive_at = alive_at - interval '31' second where version = '0.10.0'");
                old.build.look();
                await("the older one works again").atMost(PATIENT).until(old.workers::running);
                assertThat(old.build.result().getStatus()).isEqualTo(HealthStatus.UP);
                assertThat(old.standby.reason()).isEmpty();
                assertThat(old.reason()).startsWith("0.9.0, after 0.10.0 had worked here: ");
                scene.nodes.keepOldSessions(false);
                assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

                var all = identities(scene);
                assertThat(all.subList(0, 1)).allMatch(worker -> worker.endsWith(" 0.9.0"));
                assertThat(all.subList(passed, passedBack)).allMatch(worker -> worker.endsWith(" 0.10.0"));
                assertThat(all.getLast()).endsWith(" 0.9.0");
                assertThat(scene.nodes.deeds).doesNotHaveDuplicates().contains("n2 handOver", "n1 handOver");
            }
        }
    }

    @Test
    void one_that_ends_again_and_again_as_it_starts_puts_nobody_aside() {
        try (var database = TestDatabase.h2(directory);
                var scene = new RealServer(2, Scenario.QUICK)) {
            scene.killServer();
            var sql = database.getBean(Sql.class);
            try (var old = new Version("0.9.0", sql, scene)) {
                old.works();

                for (int start = 0; start < 3; start++) {
                    try (var newer = new Version("0.10.0", sql, scene)) {
                        newer.starts();
                        for (int look = 1; look < OneBuild.STEADY; look++) newer.build.look();
                    }
                    old.build.look();
                }

                assertThat(old.workers.running()).isTrue();
                assertThat(old.standby.reason()).isEmpty();
                assertThat(old.build.result().getStatus()).isEqualTo(HealthStatus.UP);
            }
        }
    }

    /** Of the workers that did its tasks, in order. */
    private static List<String> identities(RealServer scene) {
        return scene.history().getEvents().stream()
                .filter(event -> event.hasWorkflowTaskCompletedEventAttributes())
                .map(event -> event.getWorkflowTaskCompletedEventAttributes().getIdentity())
                .toList();
    }

    /** A server's workers, and what leads them. */
    private static final class Version implements AutoCloseable {
        final Standby standby = new Standby();
        final OneBuild build;
        final TemporalWorkers workers;

        Version(String id, Sql sql, RealServer scene) {
            var calls = new TemporalCalls(() -> scene.client, PATIENT, null);
            build = new OneBuild(
                    sql, standby, new OrphanedUpgrades(calls, scene.inventory, scene.ledger, scene.clock), id);
            workers = TemporalWorkers.on(RealTemporal.connection())
                    .as(build.id())
                    .queue(UpgradeWorkflow.QUEUE, RealServer.unhurried(TemporalWorkers.SHARED_QUEUE), scene::register);
        }

        /** It has started, and says so to the others. */
        void works() {
            starts();
            isLookedAfter();
        }

        /** Its workers run. */
        void starts() {
            build.leads(workers);
            workers.start();
            await("its workers run").atMost(PATIENT).until(workers::running);
        }

        /** Some seconds pass. */
        void isLookedAfter() {
            for (int look = 0; look < OneBuild.STEADY; look++) build.look();
        }

        String reason() {
            return String.valueOf(((java.util.Map<?, ?>) build.result().getDetails()).get("reason"));
        }

        @Override
        public void close() {
            workers.close();
        }
    }
}

package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Fleets;
import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory;
import dev.changeover.temporal.RealTemporal;
import io.temporal.activity.ActivityInterface;
import io.temporal.worker.WorkerFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentPresenceTest {
    @Test
    void an_agent_is_silent_until_it_polls(@TempDir Path directory) {
        try (var database = TestDatabase.h2(directory)) {
            var queue = "node:" + UUID.randomUUID() + ":"; // nobody else's
            database.getBean(Inventory.class).register(Fleets.twoProjects());
            var sql = database.getBean(Sql.class);
            sql.change("update node set task_queue = concat(?, id)", queue);
            var standby = new Standby();
            var presence = new AgentPresence(RealTemporal.connection(), sql, standby, Clock.systemUTC());

            standby.set(Optional.of("a newer one works"));
            presence.look();
            assertThat(silent(sql)).isEmpty();

            standby.set(Optional.empty());
            presence.look();
            assertThat(silent(sql)).hasSize(4);
            var since = sql.list("select min(silent_since) as since from node", row -> row.instant("since"));
            presence.look();
            assertThat(sql.list("select min(silent_since) as since from node", row -> row.instant("since")))
                    .isEqualTo(since);

            var agent = WorkerFactory.newInstance(RealTemporal.client());
            try {
                agent.newWorker(queue + "x-1-n1").registerActivitiesImplementations((Nothing) () -> {});
                agent.start();
                Awaitility.await("the agent is heard of")
                        .until(
                                () -> {
                                    presence.look();
                                    return silent(sql);
                                },
                                List.of("x-1-n2", "x-2-n1", "x-2-n2")::equals);
            } finally {
                agent.shutdownNow();
            }
        }
    }

    private static List<String> silent(Sql sql) {
        return sql.list("select id from node where silent_since is not null order by id", row -> row.text("id"));
    }

    /** What an agent can do here. */
    @ActivityInterface
    public interface Nothing {
        void doNothing();
    }
}

package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Fleets;
import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory;
import dev.changeover.temporal.RealTemporal;
import io.temporal.activity.ActivityInterface;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
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

    @Test
    void an_agent_that_is_back_is_heard_of_at_once_in_a_large_fleet_and_a_queue_that_fails_stops_nothing(
            @TempDir Path directory) {
        try (var database = TestDatabase.h2(directory)) {
            var queue = "node:" + UUID.randomUUID() + ":";
            database.getBean(Inventory.class).register(Fleets.twoProjects());
            var sql = database.getBean(Sql.class);
            sql.change("update node set task_queue = concat(?, 'z-', id)", queue);
            for (int i = 0; i < 60; i++) {
                sql.change("""
                        insert into node (id, proxy_id, position, name, role, az_code, task_queue, version, status, sessions)
                        select concat('a-', ?), proxy_id, 10 + ?, concat('a-', ?), role, az_code, ?, version, status, 0
                        from node where id = 'x-1-n1'
                        """, i, i, i, queue + "a-" + i);
            }
            sql.change("update node set task_queue = '/_sys/nobody' where id = 'a-0'");
            var standby = new Standby();
            standby.set(Optional.empty());
            var presence = new AgentPresence(RealTemporal.connection(), sql, standby, Clock.systemUTC());
            presence.look();
            presence.look();
            presence.look();
            assertThat(silent(sql)).as("all but the one that fails").hasSize(63).doesNotContain("a-0");
            sql.change("update node set silent_since = null where id <> 'x-1-n1'");

            var agent = WorkerFactory.newInstance(RealTemporal.client());
            try {
                agent.newWorker(queue + "z-x-1-n1").registerActivitiesImplementations((Nothing) () -> {});
                agent.start();
                Awaitility.await("it polls").until(() -> pollers(queue + "z-x-1-n1") > 0);
                presence.look();
                assertThat(silent(sql)).doesNotContain("x-1-n1");
            } finally {
                agent.shutdownNow();
            }
        }
    }

    private static int pollers(String queue) {
        var temporal = RealTemporal.connection();
        return temporal.stubs()
                .blockingStub()
                .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                        .setNamespace(temporal.namespace())
                        .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                        .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
                        .build())
                .getPollersCount();
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

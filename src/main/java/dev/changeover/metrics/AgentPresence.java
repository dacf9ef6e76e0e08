package dev.changeover.metrics;

import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.temporal.TemporalConnection;
import io.grpc.StatusRuntimeException;
import io.micronaut.scheduling.annotation.Scheduled;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose agents take orders: Temporal knows who polled a queue within the last five minutes. Asks for some
 * queues at a time, in their order, and begins anew after the last; before them for those that were silent last. So a
 * fleet of any size costs twenty calls a second at most.
 */
@Singleton
final class AgentPresence {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPresence.class);
    private static final int AT_A_TIME = 50;
    private static final int LIMIT_SECONDS = 3;

    private final TemporalConnection temporal;
    private final Sql sql;
    private final Standby standby;
    private final Clock clock;
    private String last = "";

    AgentPresence(TemporalConnection temporal, Sql sql, Standby standby, Clock clock) {
        this.temporal = temporal;
        this.standby = standby;
        this.sql = sql;
        this.clock = clock;
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "5s")
    void look() {
        if (!temporal.ready() || standby.reason().isPresent()) return;
        // An agent that is back is to be seen at once, however large the fleet.
        ask(sql.list(
                "select task_queue from node where silent_since is not null group by task_queue"
                        + " order by max(silent_since) desc, task_queue limit ?",
                row -> row.text("task_queue"),
                AT_A_TIME));
        var queues = sql.list(
                "select distinct task_queue from node where task_queue > ? order by task_queue limit ?",
                row -> row.text("task_queue"),
                last,
                AT_A_TIME);
        var asked = ask(queues);
        last = asked < AT_A_TIME && asked == queues.size() ? "" : queues.get(asked - 1);
    }

    /** Up to the first one that nothing is said of, and gives how many it has asked for. */
    private int ask(List<String> queues) {
        var asked = 0;
        for (var queue : queues) {
            asked++;
            try {
                look(queue);
            } catch (StatusRuntimeException notNow) {
                // Whether Temporal answers is told elsewhere; the next look goes on behind it.
                LOG.debug("nothing is said of {}: {}", queue, notNow.getMessage());
                break;
            }
        }
        return asked;
    }

    private void look(String queue) {
        if (isPolled(queue)) {
            sql.change("update node set silent_since = null where task_queue = ? and silent_since is not null", queue);
        } else {
            sql.change(
                    "update node set silent_since = ? where task_queue = ? and silent_since is null",
                    clock.instant(),
                    queue);
        }
    }

    private boolean isPolled(String queue) {
        return temporal.stubs()
                        .blockingStub()
                        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                        .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                                .setNamespace(temporal.namespace())
                                .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                                .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
                                .build())
                        .getPollersCount()
                > 0;
    }
}

package dev.changeover.notify;

import static dev.changeover.task.TaskSample.NOON;
import static dev.changeover.task.TaskSample.running;
import static dev.changeover.task.TaskSample.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.Sql;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.Notice.Level;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.EventKind;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The outbox's promises on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NoticesContract {
    private ApplicationContext context;
    private TaskLedger ledger;
    private Notices notices;
    private Sql sql;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        ledger = context.getBean(TaskLedger.class);
        notices = context.getBean(Notices.class);
        sql = context.getBean(Sql.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @Test
    void an_event_and_its_notice_are_written_together_and_once() {
        var task = running().task();
        var admitted = event(task, 1, EventKind.ADMITTED);

        ledger.record(task, List.of());
        ledger.record(task, List.of(admitted));
        ledger.record(task, List.of(admitted, event(task, 2, EventKind.STAGED), event(task, 3, EventKind.HELD)));

        assertThat(kinds(task)).containsExactly(Kind.STARTED, Kind.HELD);
    }

    @Test
    void nothing_is_told_of_what_was_undone() {
        var task = running().task();
        var key = UUID.randomUUID().toString();

        assertThatThrownBy(() -> sql.together(() -> {
                    ledger.record(task, List.of());
                    ledger.record(task, List.of(event(task, 1, EventKind.HELD)));
                    notices.tell(planned(key, task, "m1"));
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");

        assertThat(kinds(task)).isEmpty();
    }

    @Test
    void a_repeated_cause_is_told_once() {
        var task = waiting().task();
        var notice =
                planned(UUID.randomUUID().toString(), task, UUID.randomUUID().toString());

        notices.tell(notice);
        notices.tell(notice);

        assertThat(kinds(task)).containsExactly(Kind.PLANNED);
    }

    @Test
    void an_upgrade_goes_on_in_the_thread_of_its_campaigns_member() {
        var member = UUID.randomUUID().toString();
        var task = waiting().proxy("p-" + member).task();
        ledger.record(task, List.of());

        notices.tell(planned(UUID.randomUUID().toString(), task, member));
        ledger.record(task, List.of(event(task, 1, EventKind.BEGUN)));

        assertThat(sql.list(
                        "select thread, level, campaign_id from notice where job_id = ?",
                        row -> row.text("thread") + " " + row.text("level") + " " + row.text("campaign_id"),
                        task.jobId()))
                .containsExactly("member:" + member + " CRITICAL c1");
    }

    @Test
    void a_refusal_is_told_only_to_those_who_were_told_of_the_upgrade() {
        var refused = running().task();
        var started = running().task();
        ledger.record(refused, List.of());
        ledger.record(started, List.of());

        ledger.record(refused, List.of(event(refused, 1, EventKind.REFUSED)));
        ledger.record(started, List.of(event(started, 1, EventKind.ADMITTED), event(started, 2, EventKind.REFUSED)));

        assertThat(kinds(refused)).isEmpty();
        assertThat(kinds(started)).containsExactly(Kind.STARTED, Kind.CANCELLED);
    }

    private List<Kind> kinds(Task task) {
        return sql.list(
                "select kind from notice where project_id = ? order by id",
                row -> row.constant(Kind.class, "kind"),
                task.projectId());
    }

    private static TaskEvent event(Task task, int number, EventKind kind) {
        return new TaskEvent(task.jobId(), number, NOON, kind.name(), null, kind.words());
    }

    private static Notice planned(String key, Task task, String member) {
        return new Notice(
                key,
                Kind.PLANNED,
                Level.CRITICAL,
                task.projectId(),
                task.instanceId(),
                task.proxyId(),
                null,
                "c1",
                member,
                KernelVersion.of(task.sourceVersion()),
                KernelVersion.of(task.targetVersion()),
                task.plannedStart(),
                task.plannedStart(),
                "it has a major defect",
                NOON);
    }
}

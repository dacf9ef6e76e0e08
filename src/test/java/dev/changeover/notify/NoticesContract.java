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
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.EventKind;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "BEGUN, , STARTED",
        "RESCHEDULED, , RESCHEDULED",
        "POSTPONED, , RESCHEDULED",
        "ALL_SERVE, , SERVING",
        "NOT_ALL_SERVE, , MIXED",
        "HELD, , HELD",
        "ENDED, DONE, DONE",
        "ENDED, MIXED, MIXED",
        "REFUSED, REFUSED, CANCELLED",
        "CANCELLED, CANCELLED, CANCELLED",
        "ENDED_FROM_OUTSIDE, CANCELLED, CANCELLED",
        "ENDED_FROM_OUTSIDE, MIXED, NEEDS_OPERATOR"
    })
    void what_happens_to_a_planned_upgrade_is_told(EventKind event, @Nullable String outcome, Kind told) {
        var task = waiting().proxy("p-" + UUID.randomUUID()).task();
        var then = outcome == null
                ? task
                : TaskSample.of(task).ended(outcome, task.status()).task();
        ledger.record(task, List.of(event(task, 1, EventKind.ADMITTED)));

        ledger.record(then, List.of(event(task, 2, event)));

        assertThat(kinds(task)).containsExactly(Kind.PLANNED, told);
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
        var task = waiting().proxy("p-" + member).key("campaign:c1:p:1").task();
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

    @Test
    void a_plan_of_an_owners_own_is_told_with_its_time() {
        var task = waiting().task();
        ledger.record(task, List.of());

        ledger.record(task, List.of(event(task, 1, EventKind.ADMITTED)));

        assertThat(sql.list(
                        "select kind, planned_at from notice where job_id = ?",
                        row -> row.text("kind") + " " + row.instant("planned_at"),
                        task.jobId()))
                .containsExactly("PLANNED " + task.plannedStart());
    }

    @Test
    void a_campaigns_plan_is_told_again_with_its_task_only_if_its_time_is_another() {
        var asPlanned = ofCampaign(1);
        var later = ofCampaign(1);
        ledger.record(asPlanned, List.of());
        ledger.record(later, List.of());
        notices.tell(planned(UUID.randomUUID().toString(), asPlanned, asPlanned.proxyId()));
        notices.tell(planned(UUID.randomUUID().toString(), later, later.proxyId()));
        var moved = TaskSample.of(later)
                .planned(NOON.plus(Duration.ofDays(3)), Duration.ofHours(1))
                .task();

        ledger.record(asPlanned, List.of(event(asPlanned, 1, EventKind.ADMITTED)));
        ledger.record(moved, List.of(event(moved, 1, EventKind.ADMITTED)));

        assertThat(kinds(asPlanned)).containsExactly(Kind.PLANNED);
        assertThat(kinds(later)).containsExactly(Kind.PLANNED, Kind.RESCHEDULED);
    }

    /** A reminder of it, and its entry in a calendar, went when something else was told. */
    @ParameterizedTest
    @CsvSource({
        "PLANNED, 1, ",
        "PLANNED NEEDS_OPERATOR, 1, PLANNED",
        "NEEDS_OPERATOR, 1, PLANNED",
        "PLANNED CANCELLED NEEDS_OPERATOR, 2, PLANNED",
        "PLANNED NEEDS_OPERATOR CANCELLED, 2, PLANNED",
        "PLANNED NEEDS_OPERATOR, 2, ",
        "RESCHEDULED NEEDS_OPERATOR NEEDS_OPERATOR, 3, "
    })
    void a_campaigns_plan_that_stood_no_more_is_told_again_unless_a_task_of_it_was_only_refused(
            String before, int attempt, @Nullable Kind told) {
        var task = ofCampaign(attempt);
        ledger.record(task, List.of());
        for (var kind : before.split(" ")) {
            notices.tell(notice(UUID.randomUUID().toString(), Kind.valueOf(kind), task, task.proxyId()));
        }
        var many = kinds(task).size();

        ledger.record(task, List.of(event(task, 1, EventKind.ADMITTED)));

        assertThat(kinds(task).stream().skip(many)).isEqualTo(told == null ? List.of() : List.of(told));
    }

    /** Each event as its day and its kind; the day that is looked at comes last. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "INSTANT; 0 ADMITTED, 0 HANDED_OVER, 1 ALL_SERVE, 2 RETIRED; 6; false",
                "INSTANT; 0 ADMITTED, 0 HANDED_OVER, 1 ALL_SERVE, 2 RETIRED; 8; true",
                "INSTANT; 0 ADMITTED, 0 HELD; 6; true",
                "INSTANT; 0 ADMITTED, 0 HELD, 4 SKIPPED; 6; false",
                "INSTANT; 0 ADMITTED, 0 HELD, 4 RETRY, 4 HELD; 6; true",
                "SCHEDULED; 0 ADMITTED, 0 WAITING; 30; false",
                "SCHEDULED; 0 ADMITTED, 9 POSTPONED, 10 POSTPONED, 14 POSTPONED; 13; false",
                "SCHEDULED; 0 ADMITTED, 9 POSTPONED, 10 POSTPONED, 14 POSTPONED; 15; true",
                "SCHEDULED; 0 ADMITTED, 9 POSTPONED, 13 RESCHEDULED; 15; false",
                "SCHEDULED; 0 ADMITTED, 9 BEGUN, 9 HANDED_OVER, 9 POSTPONED; 13; false",
                "SCHEDULED; 0 ADMITTED, 9 BEGUN, 9 HANDED_OVER, 9 POSTPONED, 13 POSTPONED; 15; true"
            })
    void what_gets_no_further_for_more_than_five_days_is_told_once_a_day(
            Task.Kind kind, String events, int day, boolean told) {
        var task = running().kind(kind).task();
        ledger.record(task, List.of());
        var number = 0;
        for (var event : events.split(", ")) {
            var parts = event.split(" ");
            var at = NOON.plus(Duration.ofDays(Integer.parseInt(parts[0])));
            number++;
            ledger.record(
                    task, List.of(new TaskEvent(task.jobId(), number, at, parts[1], null, "word of " + parts[1])));
        }

        lookOn(day);
        lookOn(day);

        assertThat(waits(task)).isEqualTo(told ? 1 : 0);
        ledger.record(TaskSample.of(task).ended("DONE", Task.Status.COMPLETED).task(), List.of());
        lookOn(day + 30);
        assertThat(waits(task)).as("after its end").isEqualTo(told ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"HELD, 3", "HANDED_OVER, 3", "STANDS_BACK, 1", "ALL_SERVE, 1", "RETIRED, 1"})
    void a_wait_between_nodes_is_told_every_day_and_any_other_once(EventKind last, int times) {
        var task = running()
                .kind(last == EventKind.STANDS_BACK ? Task.Kind.SCHEDULED : Task.Kind.INSTANT)
                .task();
        ledger.record(task, List.of());
        ledger.record(task, List.of(event(task, 1, EventKind.ADMITTED), event(task, 2, last)));

        for (var day : List.of(4, 5, 5, 6, 7, 7)) lookOn(day);

        assertThat(waits(task)).isEqualTo(times);
    }

    @Test
    void a_second_wait_is_told_as_well() {
        var task = running().task();
        ledger.record(task, List.of());
        ledger.record(task, List.of(event(task, 1, EventKind.ADMITTED), event(task, 2, EventKind.HELD)));
        lookOn(6);
        var later = NOON.plus(Duration.ofDays(7));
        ledger.record(task, List.of(new TaskEvent(task.jobId(), 3, later, "HANDED_OVER", null, "n1")));

        lookOn(11);
        assertThat(waits(task)).isEqualTo(1);
        lookOn(13);
        assertThat(waits(task)).isEqualTo(2);
    }

    private void lookOn(int day) {
        var clock = Clock.fixed(NOON.plus(Duration.ofDays(day)).plusSeconds(1), ZoneOffset.UTC);
        new LongWaits(sql, ledger, context.getBean(UpgradeNotices.class), clock).look();
    }

    private long waits(Task task) {
        return kinds(task).stream().filter(Kind.WAITING::equals).count();
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

    private static Task ofCampaign(int attempt) {
        var proxy = "p-" + UUID.randomUUID();
        return waiting()
                .proxy(proxy)
                .key("campaign:c1:%s:%d".formatted(proxy, attempt))
                .task();
    }

    private static Notice planned(String key, Task task, String member) {
        return notice(key, Kind.PLANNED, task, member);
    }

    private static Notice notice(String key, Kind kind, Task task, String member) {
        return new Notice(
                key,
                kind,
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

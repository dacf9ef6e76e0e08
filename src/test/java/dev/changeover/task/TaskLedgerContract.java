package dev.changeover.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the ledger promises on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TaskLedgerContract {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    private ApplicationContext context;
    private TaskLedger ledger;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        ledger = context.getBean(TaskLedger.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @Test
    void gives_back_every_field_as_it_was_recorded() {
        var task = running("p1", "key-1");

        ledger.record(task, List.of());

        assertThat(ledger.task(task.jobId())).contains(task);
        assertThat(ledger.taskByKey(task.projectId(), "key-1")).contains(task);
        assertThat(ledger.task("no-such-job")).isEmpty();
    }

    @Test
    void replaces_what_changes_while_the_upgrade_runs_and_nothing_else() {
        var before = running("p1", "key-1");
        var after = ended(before, "DONE");

        ledger.record(before, List.of());
        ledger.record(withFingerprint(after, "another"), List.of());

        assertThat(ledger.task(before.jobId())).contains(after);
    }

    @Test
    void writes_each_event_once_and_lists_them_in_order() {
        var task = running("p1", null);
        var first = event(task, 1, "ADMITTED");
        var second = event(task, 2, "STAGED");

        ledger.record(task, List.of(first));
        ledger.record(task, List.of(event(task, 1, "ANOTHER"), second));
        ledger.record(task, List.of(second, first));

        assertThat(ledger.events(task.jobId(), 0)).containsExactly(first, second);
        assertThat(ledger.events(task.jobId(), 1)).containsExactly(second);
    }

    @Test
    void tells_the_same_key_of_two_projects_apart() {
        var one = running("p1", "key");
        var other = running("p1", "key");

        ledger.record(one, List.of());
        ledger.record(other, List.of());

        assertThat(ledger.taskByKey(one.projectId(), "key")).contains(one);
        assertThat(ledger.taskByKey(other.projectId(), "key")).contains(other);
    }

    @Test
    void refuses_a_key_that_belongs_to_another_job_and_keeps_nothing_of_it() {
        var one = running("p1", "key");
        var late = inProject(running("p1", "key"), one.projectId());
        ledger.record(one, List.of());

        assertThatThrownBy(() -> ledger.record(late, List.of(event(late, 1, "ADMITTED"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'key'");

        assertThat(ledger.task(late.jobId())).isEmpty();
        assertThat(ledger.events(late.jobId(), 0)).isEmpty();
    }

    @Test
    void refuses_a_job_that_belongs_to_another_proxy() {
        var task = running("p1", null);
        ledger.record(task, List.of());

        assertThatThrownBy(() -> ledger.record(onProxy(task, "p2"), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'p1'");

        assertThat(ledger.task(task.jobId())).contains(task);
    }

    @Test
    void lists_open_tasks_oldest_first_until_their_upgrade_has_ended() {
        var older = running("p1", null);
        var newer = later(running("p2", null), Duration.ofMinutes(1));
        var over = running("p3", null);

        ledger.record(newer, List.of());
        ledger.record(older, List.of());
        ledger.record(ended(over, "DONE"), List.of());

        assertThat(ledger.open()).containsSubsequence(older, newer).noneMatch(task -> task.outcome() != null);
    }

    @Test
    void lists_the_newest_tasks_of_a_project_first() {
        var oldest = running("p1", null);
        var middle = later(inProject(running("p2", null), oldest.projectId()), Duration.ofMinutes(1));
        var newest = later(inProject(running("p3", null), oldest.projectId()), Duration.ofMinutes(2));

        ledger.record(middle, List.of());
        ledger.record(oldest, List.of());
        ledger.record(newest, List.of());

        assertThat(ledger.recent(oldest.projectId(), 2)).containsExactly(newest, middle);
    }

    @Test
    void a_slow_first_attempt_does_not_undo_later_news() {
        var slow = running("p1", null);
        var news = withProgress(slow, 66);

        ledger.record(slow, List.of(event(slow, 1, "ADMITTED")));
        ledger.record(news, List.of(event(slow, 1, "ADMITTED"), event(slow, 2, "HANDED_OVER")));
        ledger.record(slow, List.of(event(slow, 1, "ADMITTED")));

        assertThat(ledger.task(slow.jobId())).contains(news);
    }

    @Test
    void how_an_upgrade_ended_is_kept_even_if_its_events_count_anew() {
        var task = running("p1", null);
        var end = ended(task, "DONE");

        ledger.record(task, List.of(event(task, 1, "ADMITTED"), event(task, 2, "STAGED")));
        ledger.record(end, List.of(event(task, 1, "ENDED")));

        assertThat(ledger.task(task.jobId())).contains(end);
    }

    @Test
    void an_ended_upgrade_does_not_run_again() {
        var task = running("p1", null);

        ledger.record(ended(task, "DONE"), List.of());
        ledger.record(task, List.of());

        assertThat(ledger.task(task.jobId())).contains(ended(task, "DONE"));
    }

    @Test
    void many_writers_of_one_job_leave_one_task_and_each_event_once() throws Exception {
        for (int round = 0; round < 20; round++) {
            var task = running("p1", "key");
            var events = List.of(event(task, 1, "ADMITTED"), event(task, 2, "STAGED"));

            var failures = atOnce(4, () -> ledger.record(task, events));

            assertThat(failures).isEmpty();
            assertThat(ledger.task(task.jobId())).contains(task);
            assertThat(ledger.events(task.jobId(), 0)).isEqualTo(events);
        }
    }

    @Test
    void of_many_jobs_with_one_key_exactly_one_gets_it() throws Exception {
        for (int round = 0; round < 20; round++) {
            var project = "project-" + UUID.randomUUID();

            var failures = atOnce(4, () -> ledger.record(inProject(running("p1", "key"), project), List.of()));

            assertThat(failures).hasSize(3).allMatch(IllegalStateException.class::isInstance);
            assertThat(ledger.recent(project, 10)).hasSize(1);
        }
    }

    private static List<RuntimeException> atOnce(int writers, Runnable write) throws Exception {
        var start = new CountDownLatch(1);
        Callable<List<RuntimeException>> writer = () -> {
            start.await();
            try {
                write.run();
                return List.of();
            } catch (RuntimeException e) {
                return List.of(e);
            }
        };
        try (var threads = Executors.newFixedThreadPool(writers)) {
            var running = IntStream.range(0, writers)
                    .mapToObj(i -> threads.submit(writer))
                    .toList();
            start.countDown();
            var failures = new ArrayList<RuntimeException>();
            for (var result : running) {
                failures.addAll(result.get());
            }
            return failures;
        }
    }

    /** A task of a new job in a new project. */
    static Task running(String proxyId, @Nullable String key) {
        return new Task(
                UUID.randomUUID().toString(),
                "project-" + UUID.randomUUID(),
                "i1",
                "shop",
                proxyId,
                "shop proxy",
                Task.Kind.INSTANT,
                Task.Status.RUNNING,
                33,
                "2.3.9.8",
                "2.22.07.000",
                "HANDOVER",
                null,
                "",
                "",
                "anna",
                key,
                "body-1",
                NOON,
                NOON.plusSeconds(3600),
                NOON.plusSeconds(7200),
                null,
                "{\"phase\":\"HANDOVER\"}");
    }

    private static Task ended(Task t, String outcome) {
        return new Task(
                t.jobId(),
                t.projectId(),
                t.instanceId(),
                t.instanceName(),
                t.proxyId(),
                t.proxyName(),
                t.kind(),
                Task.Status.COMPLETED,
                100,
                t.sourceVersion(),
                "2.25.06.000",
                "ENDED",
                outcome,
                "none",
                "DBS.1",
                t.requester(),
                t.key(),
                t.fingerprint(),
                t.createdAt(),
                NOON.plusSeconds(90_000),
                NOON.plusSeconds(93_600),
                NOON.plusSeconds(60),
                "{}");
    }

    private static Task withProgress(Task t, int progress) {
        return new Task(
                t.jobId(),
                t.projectId(),
                t.instanceId(),
                t.instanceName(),
                t.proxyId(),
                t.proxyName(),
                t.kind(),
                t.status(),
                progress,
                t.sourceVersion(),
                t.targetVersion(),
                t.phase(),
                t.outcome(),
                t.failReason(),
                t.code(),
                t.requester(),
                t.key(),
                t.fingerprint(),
                t.createdAt(),
                t.plannedStart(),
                t.plannedEnd(),
                t.endedAt(),
                t.snapshot());
    }

    private static Task withFingerprint(Task t, String fingerprint) {
        return changed(t, t.projectId(), t.proxyId(), fingerprint, t.createdAt());
    }

    private static Task inProject(Task t, String projectId) {
        return changed(t, projectId, t.proxyId(), t.fingerprint(), t.createdAt());
    }

    private static Task onProxy(Task t, String proxyId) {
        return changed(t, t.projectId(), proxyId, t.fingerprint(), t.createdAt());
    }

    private static Task later(Task t, Duration by) {
        return changed(
                t, t.projectId(), t.proxyId(), t.fingerprint(), t.createdAt().plus(by));
    }

    private static Task changed(Task t, String projectId, String proxyId, String fingerprint, Instant createdAt) {
        return new Task(
                t.jobId(),
                projectId,
                t.instanceId(),
                t.instanceName(),
                proxyId,
                t.proxyName(),
                t.kind(),
                t.status(),
                t.progress(),
                t.sourceVersion(),
                t.targetVersion(),
                t.phase(),
                t.outcome(),
                t.failReason(),
                t.code(),
                t.requester(),
                t.key(),
                fingerprint,
                createdAt,
                t.plannedStart(),
                t.plannedEnd(),
                t.endedAt(),
                t.snapshot());
    }

    private static TaskEvent event(Task task, int number, String kind) {
        return new TaskEvent(task.jobId(), number, NOON.plusSeconds(number), kind, null, "in words");
    }
}

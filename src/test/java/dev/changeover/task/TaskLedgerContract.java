package dev.changeover.task;

import static dev.changeover.task.TaskSample.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ledger's promises on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TaskLedgerContract {

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
    void keeps_what_was_asked_of_a_job_in_order_and_forgets_what_was_taken_back() {
        var begin = new Instruction("j-9", "j-9", Instruction.UPGRADE, "{}", "anna", Instant.EPOCH, null);
        var pause = new Instruction("c-1", "j-9", "pause", "{}", "anna", Instant.EPOCH, null);
        var resume = new Instruction("c-2", "j-9", "resume", "{}", "bob", Instant.EPOCH, null);
        List.of(begin, pause, resume, begin).forEach(ledger::instruct);

        ledger.withdraw("c-1");
        ledger.noted("c-2", Instant.EPOCH.plusSeconds(1));

        assertThat(ledger.instructions("j-9"))
                .containsExactly(
                        begin,
                        new Instruction(
                                "c-2", "j-9", "resume", "{}", "bob", Instant.EPOCH, Instant.EPOCH.plusSeconds(1)));
        assertThat(ledger.instructions("j-8")).isEmpty();
    }

    /** Server and Temporal died together, and what was written last never happened for the next run of the workflow. */
    @Test
    void another_event_of_a_number_that_is_there_is_news_and_its_repetition_is_none() {
        var task = TaskSample.running().job("j-5").proxy("px-5").task();
        var lost = new TaskEvent("j-5", 1, Instant.EPOCH, "PAUSED", null, "it is paused");
        var next = new TaskEvent("j-5", 1, Instant.EPOCH.plusSeconds(1), "STANDS_BACK", null, "it stands back");
        assertThat(ledger.record(task, List.of(lost))).isTrue();

        assertThat(ledger.record(task, List.of(lost))).isFalse();
        assertThat(ledger.record(task, List.of(next))).isTrue();
        assertThat(ledger.record(task, List.of(new TaskEvent("j-5", 2, Instant.EPOCH, "BEGUN", null, "it begins"))))
                .isTrue();
        assertThat(ledger.record(task, List.of(next))).isFalse();
    }

    /** An agent, or somebody who answers for it, may say anything, and an upgrade waits until its ledger has it. */
    @Test
    void a_nul_that_postgresql_refuses_keeps_nothing_from_being_written() {
        var task = TaskSample.running().job("j-nul").proxy("px-nul").task();

        ledger.record(task, List.of(new TaskEvent("j-nul", 1, Instant.EPOCH, "HELD", "n1", "a\0b")));

        assertThat(ledger.events("j-nul", 0)).extracting(TaskEvent::text).containsExactly("a?b");
    }

    @Test
    void takes_back_that_a_job_was_asked_for_until_a_run_works_for_it() {
        var begin = new Instruction("j-6", "j-6", Instruction.UPGRADE, "{}", "anna", Instant.EPOCH, null);
        ledger.instruct(begin);

        assertThat(ledger.retract("j-6")).isTrue();
        ledger.workFor("j-6", "late");
        assertThat(ledger.runOf("j-6")).isEmpty();
        assertThat(ledger.instructions("j-6")).isEmpty();
        assertThat(ledger.retract("j-6")).describedAs("nobody asked for it").isFalse();

        ledger.instruct(begin);
        ledger.workFor("j-6", "first");
        assertThat(ledger.retract("j-6")).isFalse();
        assertThat(ledger.instructions("j-6")).containsExactly(begin);
    }

    @Test
    void lets_the_first_run_work_for_a_job_that_was_asked_for_and_numbers_its_steps() {
        ledger.workFor("j-7", "too early");
        ledger.instruct(new Instruction("j-7", "j-7", Instruction.UPGRADE, "{}", "anna", Instant.EPOCH, null));
        assertThat(ledger.runOf("j-7")).isEmpty();

        ledger.workFor("j-7", "first");
        ledger.workFor("j-7", "second");

        assertThat(ledger.runOf("j-7")).contains("first");
        assertThat(ledger.steps("j-7", 3, 0)).isEqualTo(1);
        assertThat(ledger.steps("j-7", 1, 0)).isEqualTo(4);
        assertThat(ledger.steps("j-7", 2, 100))
                .describedAs("above those that agents may have seen before a restore")
                .isEqualTo(101);
        assertThat(ledger.steps("j-7", 1, 50)).isEqualTo(103);
        assertThat(ledger.knows("j-7")).isTrue();
        assertThat(ledger.knows("never heard of")).isFalse();
    }

    /** The clock of the server that numbered the former one's was ahead. */
    @Test
    void numbers_the_steps_of_an_upgrade_above_those_of_all_others_of_its_proxy() {
        for (var job : List.of("j-3", "j-4")) {
            ledger.instruct(new Instruction(job, job, Instruction.UPGRADE, "{}", "anna", Instant.EPOCH, null));
            ledger.workFor(job, "first");
            ledger.record(TaskSample.running().job(job).proxy("px-34").task(), List.of());
        }
        assertThat(ledger.steps("j-3", 1, 1_000)).isEqualTo(1_001);

        assertThat(ledger.steps("j-4", 2, 10)).isEqualTo(1_002);
        assertThat(ledger.steps("j-4", 1, 10)).isEqualTo(1_004);
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
        ledger.record(TaskSample.of(after).fingerprint("another").task(), List.of());

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
        var late = TaskSample.running().project(one.projectId()).key("key").task();
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

        assertThatThrownBy(() -> ledger.record(TaskSample.of(task).proxy("p2").task(), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'p1'");

        assertThat(ledger.task(task.jobId())).contains(task);
    }

    @Test
    void lists_open_tasks_oldest_first_until_their_upgrade_has_ended() {
        var older = running("p1", null);
        var newer = TaskSample.running().created(NOON.plusSeconds(60)).task();
        var over = running("p3", null);

        ledger.record(newer, List.of());
        ledger.record(older, List.of());
        ledger.record(ended(over, "DONE"), List.of());

        assertThat(openJobs())
                .containsSubsequence(older.jobId(), newer.jobId())
                .doesNotContain(over.jobId())
                .doesNotHaveDuplicates();
    }

    @Test
    void a_proxy_is_one_jobs_at_a_time_until_that_gives_it_back() {
        assertThat(ledger.claimProxy("p-claimed", "j1")).isEqualTo("j1");
        assertThat(ledger.claimProxy("p-claimed", "j2")).isEqualTo("j1");
        assertThat(ledger.claimProxy("p-claimed", "j1")).isEqualTo("j1");
        assertThat(ledger.proxyClaimant("p-claimed")).contains("j1");

        ledger.releaseProxy("j2");
        ledger.releaseProxy("j1");

        assertThat(ledger.proxyClaimant("p-claimed")).isEmpty();
        assertThat(ledger.claimProxy("p-claimed", "j2")).isEqualTo("j2");
        ledger.releaseProxy("j2");
    }

    @Test
    void knows_what_the_newest_handovers_of_a_proxy_took() {
        var earlier = running("p-took", null);
        var later = running("p-took", null);
        ledger.record(earlier, List.of());
        ledger.record(later, List.of());
        handedOver(earlier, "n1", 1, 900);
        handedOver(later, "n1", 3, 700);
        handedOver(later, "n2", 2, 800);
        handedOver(later, "n2", 4, 1);

        assertThat(ledger.handovers(later.proxyId(), 10))
                .containsExactly(Duration.ofMillis(700), Duration.ofMillis(800), Duration.ofMillis(900));
        assertThat(ledger.handovers(later.proxyId(), 2)).hasSize(2);
        assertThat(ledger.handovers("no-such-proxy", 10)).isEmpty();
    }

    private void handedOver(Task task, String node, int second, int millis) {
        ledger.handedOver(new TaskLedger.Handover(
                task.jobId(), task.proxyId(), node, NOON.plusSeconds(second), Duration.ofMillis(millis)));
    }

    @Test
    void a_slow_first_attempt_does_not_undo_later_news() {
        var slow = running("p1", null);
        var news = TaskSample.of(slow).progress(66).task();

        ledger.record(slow, List.of(event(slow, 1, "ADMITTED")));
        ledger.record(news, List.of(event(slow, 1, "ADMITTED"), event(slow, 2, "HANDED_OVER")));
        ledger.record(slow, List.of(event(slow, 1, "ADMITTED")));

        assertThat(ledger.task(slow.jobId())).contains(news);
    }

    /** What it gave back with its first writing may be its own again. */
    @Test
    void a_slow_first_attempt_is_no_news_after_its_repetition() {
        var task = running("p1", null);
        var later = TaskSample.of(task).progress(66).task();
        var first = List.of(event(task, 1, "STANDS_BACK"));

        assertThat(ledger.record(task, first)).isTrue();
        assertThat(ledger.record(task, first)).isFalse();
        assertThat(ledger.record(later, List.of(event(task, 2, "BEGUN")))).isTrue();
        assertThat(ledger.record(task, first)).isFalse();
        assertThat(ledger.record(ended(task, "DONE"), List.of(event(task, 3, "ENDED"))))
                .isTrue();
        assertThat(ledger.record(later, List.of())).isFalse();
    }

    @Test
    void what_is_done_together_is_done_altogether_or_not_at_all() {
        var task = running("p-together", null);

        assertThatThrownBy(() -> ledger.together(() -> {
                    ledger.claimProxy("p-together", task.jobId());
                    ledger.record(task, List.of());
                    throw new IllegalStateException("the server is killed");
                }))
                .hasMessageContaining("killed");

        assertThat(ledger.proxyClaimant("p-together")).isEmpty();
        assertThat(ledger.task(task.jobId())).isEmpty();
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

            var failures = atOnce(
                    4,
                    () -> ledger.record(
                            TaskSample.running().project(project).key("key").task(), List.of()));

            assertThat(failures).hasSize(3).allMatch(IllegalStateException.class::isInstance);
            assertThat(ledger.page(list(project, Task.Kind.INSTANT, 0, 10)).total())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_list_has_one_kind_of_one_project_newest_first_and_counts_all_of_it() {
        var project = "project-" + UUID.randomUUID();
        var waiting = IntStream.range(0, 5)
                .mapToObj(
                        minute -> recorded(TaskSample.waiting().project(project).created(minute(minute))))
                .toList()
                .reversed();
        recorded(TaskSample.running().project(project));
        recorded(TaskSample.waiting());

        var page = ledger.page(list(project, Task.Kind.SCHEDULED, 1, 2));

        assertThat(page.total()).isEqualTo(5);
        assertThat(page.lines()).extracting(TaskPage.Line::jobId).containsExactlyElementsOf(waiting.subList(1, 3));
        assertThat(ledger.page(list(project, Task.Kind.SCHEDULED, 5, 2))).isEqualTo(new TaskPage(5, List.of()));
    }

    @Test
    void a_line_shows_the_task_as_it_was_recorded_last() {
        var task = TaskSample.waiting().instance("i7", "orders").proxy("p7").task();
        ledger.record(task, List.of());
        var end = TaskSample.of(task)
                .planned(NOON.plusSeconds(90_000), Duration.ofHours(2))
                .ended("DONE", Task.Status.COMPLETED)
                .task();
        ledger.record(end, List.of());

        var line = ledger.page(list(task.projectId(), Task.Kind.SCHEDULED, 0, 10))
                .lines()
                .getFirst();

        assertThat(line)
                .usingRecursiveComparison()
                .ignoringFields("code", "requester", "key", "fingerprint", "snapshot")
                .isEqualTo(end);
    }

    @Test
    void the_open_upgrades_of_some_proxies_come_newest_first_with_their_states() {
        var here = "proxy-" + UUID.randomUUID();
        var retiring = TaskSample.running().proxy(here).state("RETIRING").task();
        var held = TaskSample.running()
                .proxy(here)
                .created(NOON.plusSeconds(9))
                .state("HELD")
                .task();
        Stream.of(
                        retiring,
                        held,
                        TaskSample.running()
                                .proxy(here)
                                .ended("DONE", Task.Status.COMPLETED)
                                .task())
                .forEach(task -> ledger.record(task, List.of()));

        assertThat(ledger.openOf(List.of(here, "none")))
                .extracting(TaskPage.Line::jobId, TaskPage.Line::state, TaskPage.Line::stateReason)
                .containsExactly(
                        tuple(held.jobId(), "HELD", "as HELD"), tuple(retiring.jobId(), "RETIRING", "as RETIRING"));
        assertThat(ledger.openOf(List.of())).isEmpty();
    }

    @Test
    void tasks_of_one_instant_are_paged_without_a_gap_or_a_repetition() {
        var project = "project-" + UUID.randomUUID();
        var jobs = IntStream.range(0, 20)
                .mapToObj(number -> recorded(TaskSample.running().project(project)))
                .sorted()
                .toList();

        var paged = IntStream.range(0, 20)
                .mapToObj(offset -> ledger.page(list(project, Task.Kind.INSTANT, offset, 1))
                        .lines()
                        .getFirst()
                        .jobId())
                .toList();

        assertThat(paged).isEqualTo(jobs);
    }

    @ParameterizedTest
    @EnumSource
    void a_list_is_filtered(Filter filter) {
        var project = "project-" + UUID.randomUUID();
        recorded(TaskSample.running()
                .project(project)
                .instance("i8", "other")
                .proxy("p8")
                .created(minute(2)));
        recorded(TaskSample.running()
                .project(project)
                .instance("i8", "other")
                .proxy("p8")
                .created(minute(5)));
        var sought = recorded(TaskSample.running()
                .project(project)
                .instance("i7", "orders")
                .proxy("p7")
                .created(minute(3))
                .ended("DONE", Task.Status.COMPLETED));

        var page = ledger.page(filter.query(project, sought));

        assertThat(page.total()).isEqualTo(1);
        assertThat(page.lines()).extracting(TaskPage.Line::jobId).containsExactly(sought);
    }

    /** Each finds one of three tasks. */
    enum Filter {
        CREATED,
        STATUS,
        JOB,
        INSTANCE,
        INSTANCE_NAME,
        PROXY;

        TaskQuery query(String project, String jobId) {
            return new TaskQuery(
                    project,
                    Task.Kind.INSTANT,
                    this == CREATED ? minute(3) : null,
                    this == CREATED ? minute(5) : null,
                    this == STATUS ? List.of(Task.Status.FAILED, Task.Status.COMPLETED) : List.of(),
                    this == JOB ? jobId : null,
                    this == INSTANCE ? "i7" : null,
                    this == INSTANCE_NAME ? "orders" : null,
                    this == PROXY ? "p7" : null,
                    0,
                    10);
        }
    }

    @Test
    void a_record_is_deleted_once_and_only_after_its_upgrade_has_ended() {
        var task = running("p1", null);
        ledger.record(task, List.of());

        assertThat(ledger.delete(task.jobId(), NOON)).isFalse();
        ledger.record(ended(task, "DONE"), List.of());
        assertThat(ledger.delete(task.jobId(), NOON)).isTrue();
        assertThat(ledger.delete(task.jobId(), NOON)).isFalse();
        assertThat(ledger.delete("no-such-job", NOON)).isFalse();
    }

    @Test
    void a_deleted_record_is_out_of_sight_but_its_key_stays_taken() {
        var task = ended(running("p1", "key"), "DONE");
        ledger.record(task, List.of());

        ledger.delete(task.jobId(), NOON);

        assertThat(ledger.task(task.jobId())).isEmpty();
        assertThat(ledger.page(list(task.projectId(), Task.Kind.INSTANT, 0, 10)))
                .isEqualTo(TaskPage.NONE);
        assertThat(ledger.taskByKey(task.projectId(), "key")).contains(task);
    }

    @Test
    void what_a_workflow_writes_late_does_not_bring_a_deleted_record_back() {
        var slow = running("p1", "key");
        var task = ended(slow, "DONE");
        ledger.record(task, List.of(event(task, 1, "ADMITTED")));
        ledger.delete(task.jobId(), NOON);

        ledger.record(task, List.of(event(task, 1, "ADMITTED"), event(task, 2, "ENDED")));
        ledger.record(slow, List.of());

        assertThat(ledger.task(task.jobId())).isEmpty();
        assertThat(openJobs()).doesNotContain(task.jobId());
    }

    private List<String> openJobs() {
        var open = new ArrayList<String>();
        ledger.eachOpen(task -> open.add(task.jobId()));
        return open;
    }

    @Test
    void tasks_of_one_instant_are_listed_once_each_however_many_are_a_page() {
        var some = IntStream.range(0, 5)
                .mapToObj(any ->
                        TaskSample.running().created(NOON.minusSeconds(3600)).task())
                .toList();
        some.forEach(task -> ledger.record(task, List.of()));

        var seen = new ArrayList<String>();
        for (var page = ledger.open(null, 2); !page.isEmpty(); page = ledger.open(page.getLast(), 2)) {
            page.forEach(task -> seen.add(task.jobId()));
        }

        assertThat(seen)
                .doesNotHaveDuplicates()
                .containsAll(some.stream().map(Task::jobId).toList());
    }

    @Test
    void lists_those_that_wait_for_an_operator() {
        var held = running("p1", null);
        var released = running("p2", null);
        ledger.record(held, List.of());
        ledger.record(released, List.of());

        ledger.record(held, List.of(ofNode(held, 1, "HELD")));
        ledger.record(released, List.of(ofNode(released, 1, "HELD"), ofNode(released, 2, "RELEASED")));

        assertThat(ledger.held()).extracting(Task::jobId).contains(held.jobId()).doesNotContain(released.jobId());
    }

    private static TaskEvent ofNode(Task task, int number, String kind) {
        return new TaskEvent(task.jobId(), number, NOON, kind, "n1", "");
    }

    /** It only wrote what agents had seen, and was committed after its repetition and what came then. */
    @Test
    void a_slow_first_attempt_without_events_does_not_undo_later_news() {
        var slow = running("p1", null);
        var news = TaskSample.of(slow).progress(66).task();
        ledger.record(slow, List.of(event(slow, 1, "ADMITTED")));
        ledger.record(news, List.of(event(slow, 2, "HANDING_OVER")));

        assertThat(ledger.record(slow, 1, List.of())).isFalse();
        assertThat(ledger.task(slow.jobId())).contains(news);
        assertThat(ledger.record(slow, 2, List.of())).isTrue();
    }

    private String recorded(TaskSample sample) {
        var task = sample.task();
        ledger.record(task, List.of());
        return task.jobId();
    }

    private static TaskQuery list(String project, Task.Kind kind, int offset, int limit) {
        return new TaskQuery(project, kind, null, null, List.of(), null, null, null, null, offset, limit);
    }

    private static Instant minute(int number) {
        return NOON.plus(Duration.ofMinutes(number));
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
        return TaskSample.running().proxy(proxyId).key(key).task();
    }

    private static Task ended(Task task, String outcome) {
        return TaskSample.of(task)
                .planned(task.createdAt(), Duration.ofHours(1))
                .ended(outcome, Task.Status.COMPLETED)
                .task();
    }

    private static TaskEvent event(Task task, int number, String kind) {
        return new TaskEvent(task.jobId(), number, NOON.plusSeconds(number), kind, null, "in words");
    }
}

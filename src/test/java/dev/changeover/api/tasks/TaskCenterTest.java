package dev.changeover.api.tasks;

import static dev.changeover.api.FixedClock.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Project;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Task Center of a project that is new in every test. */
@MicronautTest(environments = "api", transactional = false)
class TaskCenterTest {
    private final Calls call;
    private final FakeUpgrades upgrades;
    private final TaskLedger ledger;
    private final String id = UUID.randomUUID().toString();
    private final String project = "p-" + id;
    private final String instance = "i-" + id;

    TaskCenterTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
        upgrades.ends = Runnable::run;
        this.ledger = scene.ledger;
        scene.inventory.register(new Fleet(
                List.of(new Project(project, "Shop", "eu-de")),
                List.of(new Instance(instance, project, "orders", Instance.Status.FROZEN, MaintenanceWindow.DEFAULT)),
                List.of()));
    }

    private TaskSample instant() {
        return TaskSample.running()
                .project(project)
                .instance(instance, "orders")
                .created(NOW.minusSeconds(600));
    }

    private TaskSample scheduled() {
        return TaskSample.waiting()
                .project(project)
                .instance(instance, "orders")
                .created(NOW.minusSeconds(600))
                .planned(NOW.plus(Duration.ofHours(5)), Duration.ofHours(4));
    }

    private String recorded(TaskSample sample) {
        var task = sample.task();
        ledger.record(task, List.of());
        return task.jobId();
    }

    private Calls.Answer list(String pathAndQuery) {
        return call.get("/v3/" + project + "/" + pathAndQuery);
    }

    @Test
    void upgrades_upon_submission_are_instant_tasks_and_no_others() {
        var job = recorded(instant());
        recorded(scheduled());
        recorded(instant().project("p-1"));

        var tasks = list("tasklist").json();
        var jobs = list("immediate-jobs").json();

        assertThat(tasks.path("total_count").asInt()).isEqualTo(1);
        assertThat(tasks.path("actions").get(0).asText()).isEqualTo("UpgradeProxyVersion");
        assertThat(tasks.path("tasks").get(0)).hasToString("""
                {"id":"%s","name":"UpgradeProxyVersion","instance_id":"%s","instance_name":"orders",\
                "instance_status":"FROZEN","process":"33","fail_reason":"","create_time":"2026-07-15T08:36:10+0000",\
                "end_time":null,"status":"Running"}""".formatted(job, instance));
        assertThat(jobs.path("total_count").asInt()).isEqualTo(1);
        assertThat(jobs.path("action_names").get(0).asText()).isEqualTo("UpgradeProxyVersion");
        assertThat(jobs.path("jobs").get(0)).hasToString("""
                {"job_id":"%s","job_name":"UpgradeProxyVersion","status":"Running","process":"33",\
                "created_time":"2026-07-15T08:36:10+0000","ended_time":null,"fail_reason":"","instance_id":"%s",\
                "instance_name":"orders","instance_status":"abnormal","proxy_id":"p1","proxy_name":"p1 proxy",\
                "source_version":"2.3.9.8","target_version":"2.22.07.000","phase":"HANDOVER","outcome":null,\
                "state":"NODES","state_reason":"as NODES"}""".formatted(job, instance));
    }

    @Test
    void upgrades_in_the_window_are_scheduled_tasks_with_their_planned_opening() {
        recorded(instant());
        var job = recorded(scheduled());

        var tasks = list("schedule-tasks").json();
        var jobs = list("scheduled-jobs").json();

        assertThat(tasks.path("total_count").asInt()).isEqualTo(1);
        assertThat(tasks.path("schedule_tasks").get(0)).hasToString("""
                {"id":"%s","name":"PROXY_VERSION_UPGRADE","instance_id":"%s","instance_name":"orders",\
                "instance_status":"FROZEN","project_id":"%s","create_time":"2026-07-15T08:36:10+0000",\
                "start_time":"2026-07-15T13:46:10+0000","end_time":"2026-07-15T17:46:10+0000","order":"1",\
                "status":"Pending","datastore_type":"mysql","target_config":{"proxy_id":"p1","proxy_name":"p1 proxy",\
                "source_version":"2.3.9.8","target_version":"2.22.07.000"}}""".formatted(job, instance, project));
        assertThat(jobs.path("total_count").asInt()).isEqualTo(1);
        var shown = jobs.path("schedules").get(0);
        assertThat(shown.path("job_id").asText()).isEqualTo(job);
        assertThat(shown.path("job_name").asText()).isEqualTo("PROXY_VERSION_UPGRADE");
        assertThat(shown.path("job_status").asText()).isEqualTo("Pending");
        assertThat(shown.path("start_time").asText()).isEqualTo("2026-07-15T13:46:10+0000");
        assertThat(shown.path("proxy_name").asText()).isEqualTo("p1 proxy");
        assertThat(shown.path("process").asText("missing")).isEmpty();
    }

    /** REQUIREMENTS S24. */
    @ParameterizedTest
    @ValueSource(strings = {"PENDING", "UNAUTHORIZED", "RUNNING", "COMPLETED", "FAILED", "CANCELED"})
    void a_scheduled_task_stays_one_for_its_whole_life(Task.Status status) {
        var job = recorded(scheduled().status(status));

        var found = list("scheduled-jobs?status=" + status.publishedName()).json();

        assertThat(found.path("schedules").findValuesAsText("job_id")).containsExactly(job);
        assertThat(list("schedule-tasks?status=" + status)
                        .json()
                        .path("total_count")
                        .asInt())
                .isEqualTo(1);
        assertThat(list("tasklist").json().path("total_count").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tasklist?id=JOB",
                "tasklist?instance_id=INSTANCE",
                "tasklist?instance_name=orders",
                "tasklist?name=UpgradeProxyVersion&status=running",
                "immediate-jobs?job_id=JOB",
                "immediate-jobs?instance_id=INSTANCE",
                "immediate-jobs?job_name=upgradeproxyversion"
            })
    void an_instant_task_is_found_by_name_id_and_instance(String search) {
        var job = recorded(instant());

        var found =
                list(search.replace("JOB", job).replace("INSTANCE", instance)).json();
        var other = list(search.replaceAll("=[^&]*", "=other").replace("status=other", "status=Failed"))
                .json();

        assertThat(found.path("total_count").asInt()).isEqualTo(1);
        assertThat(other.path("total_count").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schedule-tasks?instance_id=INSTANCE",
                "schedule-tasks?instance_name=orders",
                "scheduled-jobs?job_id=JOB",
                "scheduled-jobs?instance_id=INSTANCE",
                "scheduled-jobs?job_name=PROXY_VERSION_UPGRADE"
            })
    void a_scheduled_task_is_found_by_instance_id_and_name(String search) {
        var job = recorded(scheduled());

        var found =
                list(search.replace("JOB", job).replace("INSTANCE", instance)).json();
        var other = list(search.replaceAll("=.*", "=other")).json();

        assertThat(found.path("total_count").asInt()).isEqualTo(1);
        assertThat(other.path("total_count").asInt()).isZero();
    }

    @Test
    void pages_are_ten_long_newest_first_unless_told_otherwise() {
        var newest = IntStream.range(0, 12)
                .mapToObj(minute -> recorded(instant().created(NOW.minusSeconds(60L * minute))))
                .toList();

        assertThat(list("tasklist").json().path("tasks").findValuesAsText("id")).isEqualTo(newest.subList(0, 10));
        var page = list("immediate-jobs?offset=2&limit=3").json();
        assertThat(page.path("jobs").findValuesAsText("job_id")).isEqualTo(newest.subList(2, 5));
        assertThat(page.path("total_count").asInt()).isEqualTo(12);
        assertThat(list("tasklist?limit=50&offset=11").json().path("tasks")).hasSize(1);
    }

    @Test
    void a_program_may_ask_for_a_hundred_scheduled_jobs_and_for_fifty_of_what_else_there_is() {
        assertThat(total("scheduled-jobs?limit=100")).isZero();
        for (var path : List.of("tasklist", "immediate-jobs", "schedule-tasks")) {
            assertThat(list(path + "?limit=51").message()).as(path).isEqualTo("limit: 1 to 50 is needed");
        }
    }

    @Test
    void a_task_is_found_by_the_times_that_are_shown_of_it() {
        recorded(instant().created(NOW.minusMillis(9_700)));
        var created =
                list("tasklist").json().path("tasks").get(0).path("create_time").asText();

        assertThat(total("tasklist?start_time=" + created + "&end_time=" + created))
                .isEqualTo(1);
        assertThat(total("tasklist?end_time=" + NOW.minusMillis(9_701).toEpochMilli()))
                .isZero();
    }

    @Test
    void a_month_may_have_31_days() {
        recorded(instant().created(NOW.minus(Duration.ofDays(29))));

        assertThat(total("tasklist?start_time=" + daysAgo(31))).isEqualTo(1);
        assertThat(list("tasklist?start_time=" + daysAgo(32)).status()).isEqualTo(400);
    }

    @Test
    void no_task_belongs_to_an_order() {
        recorded(instant());

        assertThat(total("tasklist?order_id=")).isEqualTo(1);
        assertThat(total("tasklist?order_id=CS2607")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasklist", "immediate-jobs", "schedule-tasks", "scheduled-jobs"})
    void a_list_shows_seven_days_and_has_thirty(String path) {
        for (int day : List.of(0, 6, 8, 29, 31)) {
            recorded(instant().created(NOW.minus(Duration.ofDays(day))));
            recorded(scheduled().created(NOW.minus(Duration.ofDays(day))));
        }

        assertThat(total(path)).isEqualTo(2);
        assertThat(total(path + "?start_time=" + daysAgo(30))).isEqualTo(4);
        assertThat(total(path + "?end_time=" + daysAgo(6))).isEqualTo(2);
        assertThat(total(path + "?start_time=%d&end_time=%d".formatted(daysAgo(8), daysAgo(6))))
                .isEqualTo(2);
        assertThat(total(path + "?start_time=2026-07-07T00:00:00+0000&end_time=2026-07-08T00:00:00%2B0000"))
                .isEqualTo(1);
    }

    private int total(String pathAndQuery) {
        var answer = list(pathAndQuery);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("total_count").asInt();
    }

    private static long daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days)).toEpochMilli();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            offset=-1,                            offset
            offset=some,                          offset
            offset=99999999999,                   offset
            limit=0,                              limit
            limit=101,                            limit
            limit=,                               limit
            limit=%D9%A5,                               limit
            offset=%D9%A5,                              offset
            start_time=%D9%A5,                          start_time
            status=Done,                          status
            start_time=yesterday,                 start_time
            start_time=-5,                        start_time
            start_time=99999999999999999,         start_time
            start_time=2026-07-15T07:46:10,       start_time
            start_time=1,                         start_time
            start_time=4102444800000,             start_time
            end_time=1,                           end_time
            end_time=soon,                        end_time
            start_time=1784100000000&end_time=1784000000000, start_time
            """)
    void a_wrong_parameter_is_400_and_named_on_every_list(String query, String named) {
        for (var path : List.of("tasklist", "immediate-jobs", "schedule-tasks", "scheduled-jobs")) {
            var answer = list(path + "?" + query);

            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("DBS.200001");
            assertThat(answer.message()).startsWith(named + ": ");
            assertThat(answer.header("X-Request-Id")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Initing", "Pending", "Running", "Completed", "Failed", "Unauthorized", "Canceled"})
    void every_status_of_the_published_interface_can_be_asked_for(String status) {
        for (var path : List.of("tasklist", "immediate-jobs", "schedule-tasks", "scheduled-jobs")) {
            assertThat(total(path + "?status=" + status)).as(path).isZero();
        }
    }

    @Test
    void a_status_that_no_task_has_finds_none() {
        recorded(instant());
        recorded(scheduled());

        assertThat(total("tasklist?status=Initing")).isZero();
        assertThat(total("schedule-tasks?status=initing")).isZero();
        assertThat(total("immediate-jobs?status=Pending")).isZero();
    }

    @Test
    void the_instances_status_is_in_the_words_of_each_published_interface() {
        recorded(instant().instance("i-1", "orders"));
        recorded(scheduled().instance("i-1", "orders"));
        recorded(instant().instance("i-gone", "gone"));

        assertThat(list("tasklist").json().findValuesAsText("instance_status"))
                .containsExactlyInAnyOrder("ACTIVE", "DELETED");
        assertThat(list("immediate-jobs").json().findValuesAsText("instance_status"))
                .containsExactlyInAnyOrder("normal", "deleted");
        assertThat(list("schedule-tasks").json().findValuesAsText("instance_status"))
                .containsExactly("ACTIVE");
        assertThat(list("scheduled-jobs").json().findValuesAsText("instance_status"))
                .containsExactly("normal");
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, Pending, none",
        "UNAUTHORIZED, Pending, none",
        "RUNNING, Running, none",
        "COMPLETED, Completed, none",
        "FAILED, Failed, none",
        "CANCELED, Failed, cancelled: none"
    })
    void a_job_has_one_of_four_statuses(Task.Status status, String shown, String reason) {
        var job = recorded(scheduled().ended("DONE", status));

        var answer = list("jobs?id=" + job).json().path("job");

        assertThat(answer.path("status").asText()).isEqualTo(shown);
        assertThat(answer.path("fail_reason").asText()).isEqualTo(reason);
    }

    @Test
    void an_unknown_project_has_no_task_center() {
        assertThat(call.get("/v3/nowhere/tasklist").code()).isEqualTo("DBS.200002");
        assertThat(call.get("/v3/nowhere/scheduled-jobs").status()).isEqualTo(404);
    }

    @Test
    void a_job_is_found_for_thirty_days_and_as_long_as_it_runs() {
        var recent = recorded(instant().created(NOW.minus(Duration.ofDays(29))).ended("DONE", Task.Status.COMPLETED));
        var old = recorded(instant().created(NOW.minus(Duration.ofDays(31))).ended("DONE", Task.Status.COMPLETED));
        var unended = recorded(scheduled().created(NOW.minus(Duration.ofDays(31))));

        assertThat(list("jobs?id=" + recent).status()).isEqualTo(200);
        assertThat(list("jobs?id=" + old).code()).isEqualTo("DBS.200543");
        assertThat(list("jobs?id=" + unended).json().path("job").path("status").asText())
                .isEqualTo("Pending");
    }

    @Test
    void the_record_of_an_ended_upgrade_is_deleted_and_then_unknown() {
        var job = recorded(instant().ended("DONE", Task.Status.COMPLETED));

        var answer = call.send("DELETE", "/v3/%s/jobs/%s".formatted(project, job), "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{}");
        assertThat(list("jobs?id=" + job).code()).isEqualTo("DBS.200543");
        assertThat(list("upgrades/" + job).code()).isEqualTo("DBS.200543");
        assertThat(list("tasklist").json().path("total_count").asInt()).isZero();
        assertThat(call.send("DELETE", "/v3/%s/jobs/%s".formatted(project, job), "")
                        .code())
                .isEqualTo("DBS.200543");
    }

    @ParameterizedTest
    @CsvSource({"RUNNING, has not ended", "PENDING, cancel it first", "COMPLETED, old sessions"})
    void the_record_of_an_upgrade_that_has_not_ended_stays_with_the_reason(Task.Status status, String why) {
        var job = recorded(scheduled().status(status));

        var answer = call.send("DELETE", "/v3/%s/jobs?id=%s".formatted(project, job), "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("DBS.200086");
        assertThat(answer.message()).contains(job, why);
        assertThat(list("jobs?id=" + job).status()).isEqualTo(200);
    }

    @Test
    void another_projects_record_cannot_be_deleted() {
        var job = recorded(instant().ended("DONE", Task.Status.COMPLETED));

        var answer = call.send("DELETE", "/v3/p-1/jobs/" + job, "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200543");
        assertThat(list("jobs?id=" + job).status()).isEqualTo(200);
    }

    @Test
    void scheduled_tasks_are_cancelled_and_one_that_was_before_counts() {
        var waiting = call.submitInTheWindow();
        var cancelled = recorded(scheduled().project("p-1").ended("CANCELLED", Task.Status.CANCELED));

        var answer = cancel("p-1", waiting, cancelled, waiting);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo("{\"job_ids\":[\"%s\",\"%s\"],\"not_cancelled\":[]}".formatted(waiting, cancelled));
        assertThat(upgrades.commands).containsExactly("cancel null cancelled in the Task Center");
    }

    /** Else a program that upgrades the proxy at once meets the task that it has just cancelled. */
    @Test
    void a_cancelled_task_has_ended_when_the_answer_comes() {
        var job = call.submitInTheWindow();
        upgrades.ends = end -> Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            end.run();
        });

        assertThat(cancel("p-1", job).status()).isEqualTo(200);

        assertThat(ledger.task(job).orElseThrow().outcome()).isEqualTo("CANCELLED");
    }

    @Test
    void what_could_not_be_cancelled_is_named_with_the_reason() {
        var cancelled = recorded(scheduled().project("p-1").ended("CANCELLED", Task.Status.CANCELED));
        var late = call.submitInTheWindow();
        upgrades.commandRefusal = "the first handover has begun";

        var answer = cancel("p-1", cancelled, late).json();

        assertThat(answer.path("job_ids")).singleElement().hasToString("\"" + cancelled + "\"");
        assertThat(answer.path("not_cancelled")).singleElement().hasToString("""
                {"job_id":"%s","error_code":"DBS.200086","error_msg":"the first handover has begun"}""".formatted(late));
    }

    @Test
    void it_is_an_error_if_none_could_be_cancelled() {
        var one = call.submitInTheWindow();
        var other = call.submitInTheWindow();
        upgrades.commandRefusal = "too late";

        var answer = cancel("p-1", one, other);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("DBS.200086");
        assertThat(answer.message()).isEqualTo("job %s: too late; job %s: too late".formatted(one, other));
    }

    @Test
    void nothing_is_cancelled_if_a_job_is_unknown_or_another_projects() {
        var mine = call.submitInTheWindow();

        var unknown = cancel("p-1", mine, "nobody");
        var foreign = cancel("p-2", mine);

        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.code()).isEqualTo("DBS.200543");
        assertThat(unknown.message()).contains("nobody");
        assertThat(foreign.code()).isEqualTo("DBS.200543");
        assertThat(upgrades.commands).isEmpty();
    }

    @Test
    void after_two_that_gets_no_answer_nobody_waits_for_the_others() {
        var done = call.submitInTheWindow();
        var jobs = List.of(done, call.submitInTheWindow(), call.submitInTheWindow(), call.submitInTheWindow());
        upgrades.ends = end -> {
            end.run();
            upgrades.failure = UpgradeFailures.temporalUnavailable();
        };
        var before = upgrades.failures.get();

        var answer = cancel("p-1", jobs.toArray(String[]::new)).json();

        assertThat(answer.path("job_ids")).singleElement().hasToString("\"" + done + "\"");
        assertThat(answer.path("not_cancelled")).hasSize(3);
        assertThat(upgrades.failures.get() - before).isEqualTo(2);
    }

    @Test
    void a_cancellation_that_gets_no_answer_is_503() {
        var job = call.submitInTheWindow();
        upgrades.failure = UpgradeFailures.temporalUnavailable();

        var answer = cancel("p-1", job);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"job_ids\":[]}", "{\"job_ids\":[null]}", "{\"job_ids\":{\"a\":1}}"})
    void a_cancellation_that_names_no_job_is_refused(String body) {
        var answer = call.send("DELETE", "/v3/p-1/scheduled-jobs", body, "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains("job_ids");
    }

    @Test
    void fifty_jobs_can_be_cancelled_at_once_and_no_more() {
        var ids = IntStream.range(0, 51).mapToObj(String::valueOf).toArray(String[]::new);

        assertThat(cancel("p-1", ids).message()).startsWith("job_ids: 1 to 50");
    }

    private Calls.Answer cancel(String of, String... jobs) {
        var body = "{\"job_ids\":[\"%s\"]}".formatted(String.join("\",\"", jobs));
        return call.send("DELETE", "/v3/%s/scheduled-jobs".formatted(of), body, "Content-Type", "application/json");
    }

    @Test
    void a_scheduled_task_exists_until_it_has_ended() {
        var waiting = recorded(scheduled().proxy("x-7"));
        recorded(scheduled().proxy("x-8").ended("CANCELLED", Task.Status.CANCELED));

        var answer = exist("{\"schedule_type\":\"PROXY_VERSION_UPGRADE\"}").json();

        assertThat(answer.path("exist").asBoolean()).isTrue();
        assertThat(answer.path("scheduled_tasks").get(0)).hasToString("""
                {"task_id":"%s","task_name":"PROXY_VERSION_UPGRADE","task_status":"WAITING","task_order":1,\
                "create_time":1784104570000,"start_time":1784123170000,"end_time":1784137570000,"project_id":"%s",\
                "instance_id":"%s","instance_name":"orders","instance_status":"FROZEN","datastore_type":"mysql",\
                "proxy_id":"x-7","proxy_name":"x-7 proxy","target_config":{"proxy_id":"x-7","proxy_name":"x-7 proxy",\
                "source_version":"2.3.9.8","target_version":"2.22.07.000"}}""".formatted(waiting, project, instance));
        assertThat(answer.path("scheduled_tasks")).hasSize(1);
    }

    @Test
    void of_a_proxy_without_a_scheduled_task_none_exists() {
        recorded(scheduled().proxy("x-1").project("p-1").instance("i-1", "orders"));

        var mine = call.post(
                        "/v3/p-2/instances/i-2/schedule-tasks/exist",
                        "{\"schedule_type\":\"PROXY_VERSION_UPGRADE\",\"proxy_id\":\"x-2\"}")
                .json();

        assertThat(mine.path("exist").asBoolean(true)).isFalse();
        assertThat(mine.path("scheduled_tasks")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERSION_UPGRADE", "RESIZE_FLAVOR", "REBOOT_NODE", "REBOOT_INSTANCE"})
    void of_another_type_of_the_published_interface_there_is_none(String type) {
        recorded(scheduled());

        assertThat(exist("{\"schedule_type\":\"%s\"}".formatted(type)).text())
                .isEqualTo("{\"exist\":false,\"scheduled_tasks\":[]}");
    }

    /** The published call of that path deletes a record; what waits is cancelled by the other one. */
    @Test
    void a_scheduled_tasks_record_is_deleted_by_its_instance_and_never_its_work() {
        var waiting = call.submitInTheWindow();
        var ended = recorded(ofTheFirst().ended("CANCELLED", Task.Status.CANCELED));
        var others = recorded(scheduled().ended("CANCELLED", Task.Status.CANCELED));

        var refused = deleteScheduled("i-1", waiting);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.message()).contains("cancel it first");
        assertThat(upgrades.commands).isEmpty();
        assertThat(deleteScheduled("i-1", ended).text()).isEqualTo("{\"result\":true}");
        assertThat(ledger.task(ended)).isEmpty();
        assertThat(deleteScheduled("i-1", ended).code()).isEqualTo("DBS.200543");
        assertThat(deleteScheduled("i-1", others).code()).isEqualTo("DBS.200543");
        assertThat(deleteScheduled("i-9", waiting).code()).isEqualTo("DBS.200002");
        assertThat(deleteScheduled("i-1", "").message()).startsWith("job_id: ");
    }

    private TaskSample ofTheFirst() {
        return scheduled().project("p-1").instance("i-1", "orders").proxy("x-1");
    }

    private Calls.Answer deleteScheduled(String of, String job) {
        var body = "{\"job_id\":\"%s\"}".formatted(job);
        return call.send(
                "DELETE", "/v3/p-1/instance/%s/scheduled-jobs".formatted(of), body, "Content-Type", "application/json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                               | 400 | DBS.200001 | schedule_type
            {"schedule_type":"RESIZE"}                                       | 400 | DBS.200001 | schedule_type
            {"schedule_type":"RESIZE_FLAVOR","proxy_id":"x-9"}               | 404 | DBS.200002 | x-9
            {"schedule_type":"PROXY_VERSION_UPGRADE","proxy_id":"x-9"}       | 404 | DBS.200002 | x-9
            {"schedule_type":"PROXY_VERSION_UPGRADE","proxy_id":"x-1"}       | 404 | DBS.200002 | x-1
            {"schedule_type":{"a":1}}                                        | 400 | DBS.200001 | schedule_type
            """)
    void a_wrong_question_after_scheduled_tasks_is_refused(String body, int status, String code, String named) {
        var answer = exist(body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).contains(named);
    }

    private Calls.Answer exist(String body) {
        return call.post("/v3/%s/instances/%s/schedule-tasks/exist".formatted(project, instance), body);
    }
}

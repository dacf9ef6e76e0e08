package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.gaussdb.v3.GaussDBClient;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTask;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTaskRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.DeleteScheduleTasKRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.DeleteScheduleTasKRequestBody;
import com.huaweicloud.sdk.gaussdb.v3.model.DeleteTaskRecordRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.GetJobInfoDetail;
import com.huaweicloud.sdk.gaussdb.v3.model.ListGaussMySqlInstancesRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ListImmediateJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ListScheduleJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ModifyOpsWindow;
import com.huaweicloud.sdk.gaussdb.v3.model.MysqlInstanceListInfo;
import com.huaweicloud.sdk.gaussdb.v3.model.ProxyUpgradeProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ScheduleTask;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowGaussMySqlJobInfoRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.UpdateGaussMySqlInstanceOpsWindowRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.UpgradeProxyVersionRequest;
import com.huaweicloud.sdk.rds.v3.RdsClient;
import com.huaweicloud.sdk.rds.v3.model.ChangeOpsWindowRequest;
import com.huaweicloud.sdk.rds.v3.model.DeleteJobRequest;
import com.huaweicloud.sdk.rds.v3.model.ListJobInfoRequest;
import com.huaweicloud.sdk.rds.v3.model.ListRdSforMySqlProxyRequest;
import com.huaweicloud.sdk.rds.v3.model.OpsWindowRequest;
import dev.changeover.access.Role;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that were written for the published interface, with nothing changed but the address. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = FixedClock.TICKS, value = "true")
class PublishedClientsTest {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Instant OPENS = NOW.plus(Duration.ofHours(1));

    private final GaussDBClient databases;
    private final RdsClient relational;
    private final Inventory inventory;
    private final TaskLedger ledger;

    PublishedClientsTest(ApiScene scene, EmbeddedServer server) {
        var key = Callers.key(server.getApplicationContext(), "shop", Role.OWNER, "p-1");
        var clients = PublishedClients.of(scene.server, key.key().id(), key.secret(), "p-1");
        this.databases = clients.databases();
        this.relational = clients.relational();
        this.inventory = scene.inventory;
        this.ledger = scene.ledger;
    }

    @Test
    void proxies_are_listed() {
        var list = relational.listRdSforMySqlProxy(new ListRdSforMySqlProxyRequest().withInstanceId("i-1"));

        assertThat(list.getMaxProxyNodeNum()).isEqualTo(8);
        assertThat(list.getMaxProxyNum()).isPositive();
        assertThat(list.getProxyQueryInfoList()).singleElement().satisfies(entry -> {
            assertThat(entry.getMasterInstance().getId()).isEqualTo("i-1");
            assertThat(entry.getProxy().getMode()).isEqualTo("Ha");
            assertThat(entry.getProxy().getNodes()).hasSize(2);
            assertThat(entry.getProxy().getNodes().getFirst().getRole()).isEqualTo("master");
        });
    }

    @Test
    void an_instance_is_found_by_its_id_and_by_its_name() {
        var all = new ListGaussMySqlInstancesRequest();

        assertThat(found(all.withId("i-1"))).containsExactly("i-1");
        assertThat(found(all.withName("orders"))).containsExactly("i-1");
        assertThat(found(all.withName("other"))).isEmpty();
        assertThat(found(all.withId("i-9").withName(null))).isEmpty();
    }

    private List<String> found(ListGaussMySqlInstancesRequest wanted) {
        var list = databases.listGaussMySqlInstances(wanted);
        assertThat(list.getTotalCount()).isEqualTo(list.getInstances().size());
        return list.getInstances().stream().map(MysqlInstanceListInfo::getId).toList();
    }

    @Test
    void a_version_is_shown_and_upgraded_and_the_job_is_found() {
        var version = databases.showProxyVersion(new ShowProxyVersionRequest()
                .withInstanceId("i-1")
                .withProxyId("x-1")
                .withEngineName("taurusproxy"));

        var accepted = databases
                .upgradeProxyVersion(upgrade(version.getCurrentVersion(), version.getLatestVersion()))
                .getUpdateResult()
                .getFirst();
        var job = databases
                .showGaussMySqlJobInfo(new ShowGaussMySqlJobInfoRequest().withId(accepted.getWorkflowId()))
                .getJob();

        assertThat(version.getCanUpgrade()).isTrue();
        assertThat(accepted.getState()).hasToString("ACCEPT");
        assertThat(job.getName()).isEqualTo("UpgradeProxyVersion");
        assertThat(job.getStatus()).isEqualTo(GetJobInfoDetail.StatusEnum.RUNNING);
        assertThat(job.getInstance().getName()).isEqualTo("orders");
    }

    @Test
    void both_clients_set_the_maintenance_window() {
        relational.changeOpsWindow(new ChangeOpsWindowRequest()
                .withInstanceId("i-1")
                .withBody(new OpsWindowRequest().withStartTime("22:00").withEndTime("02:00")));
        assertThat(inventory.instance("i-1").orElseThrow().window()).hasToString("22:00-02:00 UTC");

        var answer = databases.updateGaussMySqlInstanceOpsWindow(new UpdateGaussMySqlInstanceOpsWindowRequest()
                .withInstanceId("i-1")
                .withBody(new ModifyOpsWindow().withStartTime("03:00").withEndTime("04:00")));
        assertThat(answer.getHttpStatusCode()).isEqualTo(200);
        assertThat(inventory.instance("i-1").orElseThrow().window()).hasToString("03:00-04:00 UTC");
    }

    @Test
    void instant_tasks_are_listed_and_their_records_deleted() {
        var job = recorded(TaskSample.running().created(NOW).ended("DONE", Task.Status.COMPLETED));
        var other = recorded(TaskSample.running().created(NOW).ended("DONE", Task.Status.COMPLETED));

        var list = databases.listImmediateJobs(new ListImmediateJobsRequest()
                .withJobId(job)
                .withJobName("UpgradeProxyVersion")
                .withStatus("Completed")
                .withOffset("0")
                .withLimit("10")
                .withStartTime(Times.of(NOW.minus(Duration.ofDays(1))))
                .withEndTime(Times.of(NOW.plus(Duration.ofDays(1)))));
        databases.deleteTaskRecord(new DeleteTaskRecordRequest().withJobId(job));
        relational.deleteJob(new DeleteJobRequest().withId(other));

        assertThat(list.getTotalCount()).isEqualTo(1);
        assertThat(list.getJobs()).singleElement().satisfies(listed -> {
            assertThat(listed.getJobId()).isEqualTo(job);
            assertThat(listed.getJobName()).isEqualTo("UpgradeProxyVersion");
            assertThat(listed.getStatus()).isEqualTo("Completed");
            assertThat(listed.getProcess()).isEmpty();
            assertThat(listed.getCreatedTime()).isEqualTo(Times.of(NOW));
            assertThat(listed.getEndedTime()).isEqualTo(Times.of(NOW.plusSeconds(60)));
            assertThat(listed.getFailReason()).isEqualTo("none");
            assertThat(listed.getInstanceId()).isEqualTo("i-1");
            assertThat(listed.getInstanceName()).isEqualTo("orders");
            assertThat(listed.getInstanceStatus()).isEqualTo("normal");
        });
        assertThat(ledger.task(job)).isEmpty();
        assertThat(ledger.task(other)).isEmpty();
    }

    @Test
    void scheduled_tasks_are_listed_and_their_jobs_found() {
        var job = recorded(TaskSample.waiting().planned(OPENS, Duration.ofHours(4)));

        var list = databases.listScheduleJobs(
                new ListScheduleJobsRequest().withJobId(job).withStatus("Pending"));
        var found = databases
                .showGaussMySqlJobInfo(new ShowGaussMySqlJobInfoRequest().withId(job))
                .getJob();
        var alsoFound =
                relational.listJobInfo(new ListJobInfoRequest().withId(job)).getJob();

        assertThat(list.getTotalCount()).isEqualTo(1);
        assertThat(list.getSchedules()).singleElement().satisfies(listed -> {
            assertThat(listed.getJobId()).isEqualTo(job);
            assertThat(listed.getJobName()).isEqualTo("PROXY_VERSION_UPGRADE");
            assertThat(listed.getJobStatus()).isEqualTo("Pending");
            assertThat(listed.getProjectId()).isEqualTo("p-1");
            assertThat(listed.getInstanceName()).isEqualTo("orders");
            assertThat(listed.getCreateTime()).isEqualTo(Times.of(NOW));
            assertThat(listed.getStartTime()).isEqualTo(Times.of(OPENS));
            assertThat(listed.getEndTime()).isEqualTo(Times.of(OPENS.plus(Duration.ofHours(4))));
            assertThat(listed.getDatastoreType()).isEqualTo("mysql");
            assertThat(listed.getTargetConfig()).hasToString("""
                    {proxy_id=x-1, proxy_name=x-1 proxy, source_version=2.3.9.8, target_version=2.22.07.000}""");
        });
        assertThat(found.getStatus()).isEqualTo(GetJobInfoDetail.StatusEnum.PENDING);
        assertThat(alsoFound.getName()).isEqualTo("PROXY_VERSION_UPGRADE");
    }

    @Test
    void a_job_is_polled_until_it_is_completed() {
        var running = task(TaskSample.running());
        var poll = new ShowGaussMySqlJobInfoRequest().withId(running.jobId());

        ledger.record(running, List.of());
        var before = databases.showGaussMySqlJobInfo(poll).getJob();
        ledger.record(
                TaskSample.of(running).ended("DONE", Task.Status.COMPLETED).task(), List.of());
        var after = databases.showGaussMySqlJobInfo(poll).getJob();

        assertThat(before.getStatus()).isEqualTo(GetJobInfoDetail.StatusEnum.RUNNING);
        assertThat(before.getProcess()).isEqualTo("33");
        assertThat(before.getCreated()).isEqualTo(Times.of(NOW));
        assertThat(after.getStatus()).isEqualTo(GetJobInfoDetail.StatusEnum.COMPLETED);
        assertThat(after.getProcess()).isEmpty();
        assertThat(after.getEnded()).isEqualTo(Times.of(NOW.plusSeconds(60)));
    }

    @Test
    void scheduled_tasks_are_filtered_and_paged() {
        var pending = recorded(TaskSample.waiting());
        var canceled = recorded(TaskSample.waiting().ended("CANCELLED", Task.Status.CANCELED));
        var today = new ListScheduleJobsRequest()
                .withStartTime(Times.of(NOW.minusSeconds(1)))
                .withEndTime(Times.of(NOW.plusSeconds(1)))
                .withJobName("PROXY_VERSION_UPGRADE");

        var all = databases.listScheduleJobs(today);
        var first = databases.listScheduleJobs(today.withLimit("1").withOffset("0"));
        var second = databases.listScheduleJobs(today.withLimit("1").withOffset("1"));
        var one = databases.listScheduleJobs(new ListScheduleJobsRequest().withJobId(canceled));
        var open = databases.listScheduleJobs(
                new ListScheduleJobsRequest().withStatus("Pending").withLimit("50"));
        var others = databases.listScheduleJobs(new ListScheduleJobsRequest().withJobName("CREATE_PROXY"));

        assertThat(all.getSchedules()).extracting(ScheduleTask::getJobId).contains(pending, canceled);
        assertThat(first.getTotalCount()).isEqualTo(all.getTotalCount());
        assertThat(List.of(
                        first.getSchedules().getFirst(), second.getSchedules().getFirst()))
                .isEqualTo(all.getSchedules().subList(0, 2));
        assertThat(one.getSchedules())
                .singleElement()
                .satisfies(it -> assertThat(it.getJobStatus()).isEqualTo("Canceled"));
        assertThat(open.getSchedules())
                .extracting(ScheduleTask::getJobId)
                .contains(pending)
                .doesNotContain(canceled);
        assertThat(others.getTotalCount()).isZero();
    }

    @Test
    void scheduled_tasks_are_cancelled_and_their_records_deleted() {
        var job = recorded(TaskSample.waiting().ended("CANCELLED", Task.Status.CANCELED));

        var answer = databases.cancelScheduleTask(
                new CancelScheduleTaskRequest().withBody(new CancelScheduleTask().withJobIds(List.of(job))));

        assertThat(answer.getJobIds()).containsExactly(job);
        var deleted = databases.deleteScheduleTasK(new DeleteScheduleTasKRequest()
                .withInstanceId("i-1")
                .withBody(new DeleteScheduleTasKRequestBody().withJobId(job)));
        assertThat(deleted.getResult()).isTrue();
        assertThat(ledger.task(job)).isEmpty();
    }

    private String recorded(TaskSample sample) {
        var task = task(sample);
        ledger.record(task, List.of());
        return task.jobId();
    }

    /** A task of the client's project, created when the tests begin. */
    private static Task task(TaskSample sample) {
        return sample.created(NOW)
                .project("p-1")
                .instance("i-1", "orders")
                .proxy("x-1")
                .task();
    }

    static UpgradeProxyVersionRequest upgrade(String source, String target) {
        return new UpgradeProxyVersionRequest()
                .withInstanceId("i-1")
                .withProxyId("x-1")
                .withBody(new ProxyUpgradeProxyVersionRequest()
                        .withSourceVersion(source)
                        .withTargetVersion(target));
    }
}

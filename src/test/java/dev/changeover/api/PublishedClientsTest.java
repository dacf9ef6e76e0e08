package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.auth.ICredential;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.gaussdb.v3.GaussDBClient;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTask;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTaskRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.DeleteTaskRecordRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.GetJobInfoDetail;
import com.huaweicloud.sdk.gaussdb.v3.model.ListImmediateJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ListScheduleJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ModifyOpsWindow;
import com.huaweicloud.sdk.gaussdb.v3.model.ProxyUpgradeProxyVersionRequest;
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
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.Blocker;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Programs that were written for the published interface, with nothing changed but the address. */
@MicronautTest(environments = "api", transactional = false)
class PublishedClientsTest {
    private final GaussDBClient databases;
    private final RdsClient relational;
    private final FakeUpgrades upgrades;
    private final Inventory inventory;
    private final TaskLedger ledger;

    PublishedClientsTest(ApiScene scene) {
        this.databases = GaussDBClient.newBuilder()
                .withCredential(anyone())
                .withEndpoint(scene.server.toString())
                .build();
        this.relational = RdsClient.newBuilder()
                .withCredential(anyone())
                .withEndpoint(scene.server.toString())
                .build();
        this.upgrades = scene.upgrades;
        this.inventory = scene.inventory;
        this.ledger = scene.ledger;
    }

    @Test
    void proxies_are_listed() {
        var list = relational.listRdSforMySqlProxy(new ListRdSforMySqlProxyRequest().withInstanceId("i-1"));

        assertThat(list.getMaxProxyNodeNum()).isEqualTo(8);
        assertThat(list.getProxyQueryInfoList()).singleElement().satisfies(entry -> {
            assertThat(entry.getMasterInstance().getId()).isEqualTo("i-1");
            assertThat(entry.getProxy().getMode()).isEqualTo("Ha");
            assertThat(entry.getProxy().getNodes()).hasSize(2);
        });
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
    void a_window_that_is_too_long_is_refused_as_the_clients_expect() {
        var fiveHours = new OpsWindowRequest().withStartTime("01:00").withEndTime("06:00");

        refused(
                () -> relational.changeOpsWindow(
                        new ChangeOpsWindowRequest().withInstanceId("i-1").withBody(fiveHours)),
                400,
                "DBS.200001",
                "end_time: ");
    }

    @Test
    void instant_tasks_are_listed_and_their_records_deleted() {
        var job = recorded(TaskSample.running().created(FakeUpgrades.START).ended("DONE", Task.Status.COMPLETED));
        var other = recorded(TaskSample.running().created(FakeUpgrades.START).ended("DONE", Task.Status.COMPLETED));

        var list = databases.listImmediateJobs(new ListImmediateJobsRequest()
                .withJobId(job)
                .withJobName("UpgradeProxyVersion")
                .withStatus("Completed")
                .withOffset("0")
                .withLimit("10")
                .withStartTime("2026-07-14T00:00:00+0000")
                .withEndTime("2026-07-16T00:00:00+0000"));
        databases.deleteTaskRecord(new DeleteTaskRecordRequest().withJobId(job));
        relational.deleteJob(new DeleteJobRequest().withId(other));

        assertThat(list.getTotalCount()).isEqualTo(1);
        assertThat(list.getJobs()).singleElement().satisfies(listed -> {
            assertThat(listed.getJobId()).isEqualTo(job);
            assertThat(listed.getJobName()).isEqualTo("UpgradeProxyVersion");
            assertThat(listed.getStatus()).isEqualTo("Completed");
            assertThat(listed.getProcess()).isEmpty();
            assertThat(listed.getCreatedTime()).isEqualTo("2026-07-15T07:46:10+0000");
            assertThat(listed.getEndedTime()).isEqualTo("2026-07-15T07:47:10+0000");
            assertThat(listed.getFailReason()).isEqualTo("none");
            assertThat(listed.getInstanceId()).isEqualTo("i-1");
            assertThat(listed.getInstanceName()).isEqualTo("orders");
            assertThat(listed.getInstanceStatus()).isEqualTo("NORMAL");
        });
        assertThat(ledger.task(job)).isEmpty();
        assertThat(ledger.task(other)).isEmpty();
    }

    @Test
    void scheduled_tasks_are_listed_and_their_jobs_found() {
        var job = recorded(TaskSample.waiting().planned(FakeUpgrades.START.plusSeconds(3600), Duration.ofHours(4)));

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
            assertThat(listed.getCreateTime()).isEqualTo("2026-07-15T07:46:10+0000");
            assertThat(listed.getStartTime()).isEqualTo("2026-07-15T08:46:10+0000");
            assertThat(listed.getEndTime()).isEqualTo("2026-07-15T12:46:10+0000");
            assertThat(listed.getDatastoreType()).isEqualTo("mysql");
            assertThat(listed.getTargetConfig()).hasToString("""
                    {proxy_id=x-1, proxy_name=x-1 proxy, source_version=2.3.9.8, target_version=2.22.07.000}""");
        });
        assertThat(found.getStatus()).isEqualTo(GetJobInfoDetail.StatusEnum.PENDING);
        assertThat(alsoFound.getName()).isEqualTo("PROXY_VERSION_UPGRADE");
    }

    @Test
    void scheduled_tasks_are_cancelled() {
        var job = recorded(TaskSample.waiting().ended("CANCELLED", Task.Status.CANCELED));
        var ended = recorded(TaskSample.waiting().ended("DONE", Task.Status.COMPLETED));

        var answer = databases.cancelScheduleTask(
                new CancelScheduleTaskRequest().withBody(new CancelScheduleTask().withJobIds(List.of(job))));

        assertThat(answer.getJobIds()).containsExactly(job);
        refused(
                () -> databases.cancelScheduleTask(new CancelScheduleTaskRequest()
                        .withBody(new CancelScheduleTask().withJobIds(List.of(ended, "nobody")))),
                400,
                "DBS.200543",
                "nobody");
    }

    @Test
    void an_error_of_the_task_center_is_understood_too() {
        var job = recorded(TaskSample.waiting());

        refused(() -> databases.deleteTaskRecord(new DeleteTaskRecordRequest().withJobId(job)), 409, "DBS.200086", job);
        refused(() -> relational.deleteJob(new DeleteJobRequest().withId("nobody")), 400, "DBS.200543", "nobody");
        refused(
                () -> databases.listScheduleJobs(new ListScheduleJobsRequest().withLimit("51")),
                400,
                "DBS.200001",
                "limit");
        refused(
                () -> databases.listImmediateJobs(new ListImmediateJobsRequest().withStatus("Pending")),
                400,
                "DBS.200001",
                "status");
    }

    private static void refused(ThrowingCallable call, int status, String code, String named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ServiceResponseException.class, refused -> {
            assertThat(refused.getHttpStatusCode()).isEqualTo(status);
            assertThat(refused.getErrorCode()).isEqualTo(code);
            assertThat(refused.getErrorMsg()).contains(named);
            assertThat(refused.getRequestId()).isNotEmpty();
        });
    }

    /** A task of the client's project, created when the upgrades of this test begin. */
    private String recorded(TaskSample sample) {
        var task = sample.created(FakeUpgrades.START)
                .project("p-1")
                .instance("i-1", "orders")
                .proxy("x-1")
                .task();
        ledger.record(task, List.of());
        return task.jobId();
    }

    @Test
    void an_error_is_understood_with_its_code_and_request_id() {
        upgrades.blocker = Blocker.FROZEN;

        refused(() -> databases.upgradeProxyVersion(upgrade("2.6.12.3", "2.6.12.4")), 400, "DBS.280449", "frozen");
    }

    private static UpgradeProxyVersionRequest upgrade(String source, String target) {
        return new UpgradeProxyVersionRequest()
                .withInstanceId("i-1")
                .withProxyId("x-1")
                .withBody(new ProxyUpgradeProxyVersionRequest()
                        .withSourceVersion(source)
                        .withTargetVersion(target));
    }

    private static ICredential anyone() {
        return new BasicCredentials().withAk("nobody").withSk("asks").withProjectId("p-1");
    }
}

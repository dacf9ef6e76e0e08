package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.exception.ServerResponseException;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTask;
import com.huaweicloud.sdk.gaussdb.v3.model.CancelScheduleTaskRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.DeleteTaskRecordRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ListImmediateJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ListScheduleJobsRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.RestartProxyInstanceRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowGaussMySqlJobInfoRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.UpgradeProxyVersionRequest;
import com.huaweicloud.sdk.rds.v3.model.ChangeOpsWindowRequest;
import com.huaweicloud.sdk.rds.v3.model.DeleteJobRequest;
import com.huaweicloud.sdk.rds.v3.model.ListRdSforMySqlProxyRequest;
import com.huaweicloud.sdk.rds.v3.model.OpsWindowRequest;
import dev.changeover.access.AccessKeys;
import dev.changeover.access.Role;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every error that a published client can meet comes as its own exception, with status, code, sentence and request id. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = FixedClock.TICKS, value = "true")
class PublishedErrorsTest {
    private final EmbeddedServer context;
    private final URI server;
    private final FakeUpgrades upgrades;
    private final TaskLedger ledger;
    private final AccessKeys.Made key;
    private final PublishedClients owner;

    PublishedErrorsTest(ApiScene scene, EmbeddedServer context) {
        this.context = context;
        this.server = scene.server;
        this.upgrades = scene.upgrades;
        this.ledger = scene.ledger;
        this.key = key("shop", Role.OWNER, "p-1");
        this.owner = with(key, "p-1");
    }

    @Test
    void a_wrong_secret_and_an_unknown_key() {
        var wrong = PublishedClients.of(server, key.key().id(), "not the secret", "p-1");
        var unknown = PublishedClients.of(server, "NOSUCHKEY", key.secret(), "p-1");

        refused(() -> wrong.databases().showProxyVersion(version("i-1", "x-1")), 401, "DBS.280056", "AK and SK");
        refused(() -> unknown.databases().showProxyVersion(version("i-1", "x-1")), 401, "DBS.280056", "AK and SK");
    }

    @Test
    void a_role_that_does_not_permit_it() {
        var viewer = with(key("looks", Role.VIEWER, "p-1"), "p-1");

        assertThat(viewer.databases().showProxyVersion(version("i-1", "x-1")).getCanUpgrade())
                .isTrue();
        refused(() -> viewer.databases().upgradeProxyVersion(upgrade()), 403, "DBS.280056", "looks");
        refused(
                () -> viewer.databases().cancelScheduleTask(cancel(List.of("any"))),
                403,
                "DBS.280056",
                "not permitted");
    }

    @Test
    void another_ones_project() {
        var job = running();
        var stranger = with(key("bank", Role.OWNER, "p-2"), "p-1");

        refused(() -> stranger.databases().showProxyVersion(version("i-1", "x-1")), 404, "DBS.200002", "p-1");
        refused(() -> stranger.databases().upgradeProxyVersion(upgrade()), 404, "DBS.200002", "p-1");
        refused(() -> stranger.databases().showGaussMySqlJobInfo(job(job)), 400, "DBS.200543", job);
        refused(() -> stranger.databases().deleteTaskRecord(delete(job)), 400, "DBS.200543", job);
    }

    @Test
    void another_projects_job_in_ones_own() {
        var job = running();
        var bank = with(key("bank", Role.OWNER, "p-2"), "p-2");

        refused(() -> bank.databases().showGaussMySqlJobInfo(job(job)), 400, "DBS.200543", job);
        refused(() -> bank.databases().showProxyVersion(version("i-1", "x-1")), 404, "DBS.200002", "i-1");
    }

    @Test
    void what_does_not_exist() {
        var databases = owner.databases();

        refused(() -> databases.showProxyVersion(version("i-9", "x-1")), 404, "DBS.200002", "i-9");
        refused(() -> databases.showProxyVersion(version("i-1", "x-9")), 404, "DBS.200002", "x-9");
        refused(() -> databases.upgradeProxyVersion(upgrade().withProxyId("x-9")), 404, "DBS.200002", "x-9");
        refused(
                () -> owner.relational().listRdSforMySqlProxy(new ListRdSforMySqlProxyRequest().withInstanceId("i-9")),
                404,
                "DBS.200002",
                "i-9");
        refused(() -> databases.showGaussMySqlJobInfo(job("nobody")), 400, "DBS.200543", "nobody");
        refused(
                () -> owner.relational().deleteJob(new DeleteJobRequest().withId("nobody")),
                400,
                "DBS.200543",
                "nobody");
    }

    @Test
    void a_wrong_parameter() {
        var databases = owner.databases();
        var fiveHours = new OpsWindowRequest().withStartTime("01:00").withEndTime("06:00");

        refused(
                () -> databases.listScheduleJobs(new ListScheduleJobsRequest().withLimit("101")),
                400,
                "DBS.200001",
                "limit");
        refused(
                () -> databases.listImmediateJobs(new ListImmediateJobsRequest().withStatus("Done")),
                400,
                "DBS.200001",
                "status");
        refused(
                () -> databases.showProxyVersion(version("i-1", "x-1").withEngineName("oracle")),
                400,
                "DBS.200001",
                "engine_name");
        refused(
                () -> databases.upgradeProxyVersion(PublishedClientsTest.upgrade("2.6.12.3", "newest")),
                400,
                "DBS.200001",
                "target_version");
        refused(
                () -> owner.relational()
                        .changeOpsWindow(new ChangeOpsWindowRequest()
                                .withInstanceId("i-1")
                                .withBody(fiveHours)),
                400,
                "DBS.200001",
                "end_time: ");
    }

    @ParameterizedTest
    @EnumSource(Blocker.class)
    void what_speaks_against_an_upgrade(Blocker blocker) {
        upgrades.blocker = blocker;
        var status = blocker == Blocker.OPERATION_RUNNING ? 409 : 400;

        refused(() -> owner.databases().upgradeProxyVersion(upgrade()), status, blocker.code(), blocker.sentence());
    }

    @Test
    void a_record_of_work_that_has_not_ended() {
        var job = running();

        refused(() -> owner.databases().deleteTaskRecord(delete(job)), 409, "DBS.200086", job);
        refused(() -> owner.relational().deleteJob(new DeleteJobRequest().withId(job)), 409, "DBS.200086", job);
    }

    @Test
    void a_body_that_is_too_large() {
        var many = Collections.nCopies(120_000, "0123456789-0123456789-0123456789-0123");

        refused(() -> owner.databases().cancelScheduleTask(cancel(many)), 413, "DBS.280001", "too large");
    }

    @Test
    void a_call_of_the_cloud_that_is_not_served() {
        refused(
                () -> owner.databases()
                        .restartProxyInstance(new RestartProxyInstanceRequest()
                                .withInstanceId("i-1")
                                .withProxyId("x-1")),
                404,
                "DBS.290013",
                "only upgrades proxies");
    }

    @Test
    void temporal_that_does_not_answer() {
        upgrades.failure = UpgradeFailures.temporalUnavailable();

        refused(() -> owner.databases().upgradeProxyVersion(upgrade()), 503, "DBS.280005", "Temporal");
    }

    @Test
    void our_own_fault() {
        upgrades.failure = new IllegalStateException("secret detail");

        assertThatThrownBy(() -> owner.databases().showProxyVersion(version("i-1", "x-1")))
                .isInstanceOfSatisfying(ServerResponseException.class, fault -> {
                    assertThat(fault.getHttpStatusCode()).isEqualTo(500);
                    assertThat(fault.getErrorCode()).isEqualTo("DBS.108000");
                    assertThat(fault.getErrorMsg())
                            .contains(fault.getRequestId())
                            .doesNotContain("secret");
                });
    }

    private static void refused(ThrowingCallable call, int status, String code, String named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ServiceResponseException.class, refused -> {
            assertThat(refused)
                    .isInstanceOf(status < 500 ? ClientRequestException.class : ServerResponseException.class);
            assertThat(refused.getHttpStatusCode()).isEqualTo(status);
            assertThat(refused.getErrorCode()).isEqualTo(code);
            assertThat(refused.getErrorMsg()).contains(named);
            assertThat(refused.getRequestId()).hasSize(36);
        });
    }

    private AccessKeys.Made key(String name, Role role, String project) {
        return Callers.key(context.getApplicationContext(), name, role, project);
    }

    private PublishedClients with(AccessKeys.Made made, String project) {
        return PublishedClients.of(server, made.key().id(), made.secret(), project);
    }

    private String running() {
        var task = TaskSample.running()
                .created(Instant.now())
                .project("p-1")
                .instance("i-1", "orders")
                .proxy("x-1")
                .task();
        ledger.record(task, List.of());
        return task.jobId();
    }

    private static UpgradeProxyVersionRequest upgrade() {
        return PublishedClientsTest.upgrade("2.6.12.3", "2.6.12.4");
    }

    private static ShowProxyVersionRequest version(String instanceId, String proxyId) {
        return new ShowProxyVersionRequest()
                .withInstanceId(instanceId)
                .withProxyId(proxyId)
                .withEngineName("haproxy");
    }

    private static ShowGaussMySqlJobInfoRequest job(String id) {
        return new ShowGaussMySqlJobInfoRequest().withId(id);
    }

    private static DeleteTaskRecordRequest delete(String id) {
        return new DeleteTaskRecordRequest().withJobId(id);
    }

    private static CancelScheduleTaskRequest cancel(List<String> ids) {
        return new CancelScheduleTaskRequest().withBody(new CancelScheduleTask().withJobIds(ids));
    }
}

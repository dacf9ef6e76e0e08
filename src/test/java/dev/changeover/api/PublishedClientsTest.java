package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.auth.ICredential;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.gaussdb.v3.GaussDBClient;
import com.huaweicloud.sdk.gaussdb.v3.model.GetJobInfoDetail;
import com.huaweicloud.sdk.gaussdb.v3.model.ModifyOpsWindow;
import com.huaweicloud.sdk.gaussdb.v3.model.ProxyUpgradeProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowGaussMySqlJobInfoRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.UpdateGaussMySqlInstanceOpsWindowRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.UpgradeProxyVersionRequest;
import com.huaweicloud.sdk.rds.v3.RdsClient;
import com.huaweicloud.sdk.rds.v3.model.ChangeOpsWindowRequest;
import com.huaweicloud.sdk.rds.v3.model.ListRdSforMySqlProxyRequest;
import com.huaweicloud.sdk.rds.v3.model.OpsWindowRequest;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.Blocker;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs that were written for the published interface, with nothing changed but the address. */
@MicronautTest(environments = "api", transactional = false)
class PublishedClientsTest {
    private final GaussDBClient databases;
    private final RdsClient relational;
    private final FakeUpgrades upgrades;
    private final Inventory inventory;

    PublishedClientsTest(EmbeddedServer server, FakeUpgrades upgrades, Inventory inventory) {
        this.databases = GaussDBClient.newBuilder()
                .withCredential(anyone())
                .withEndpoint(server.getURI().toString())
                .build();
        this.relational = RdsClient.newBuilder()
                .withCredential(anyone())
                .withEndpoint(server.getURI().toString())
                .build();
        this.upgrades = upgrades;
        this.inventory = inventory;
        inventory.register(Fleets.twoProjects());
        inventory.register(Fleets.kernels());
    }

    @BeforeEach
    void nothing_speaks_against_an_upgrade() {
        upgrades.reset();
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

        assertThatThrownBy(() -> relational.changeOpsWindow(
                        new ChangeOpsWindowRequest().withInstanceId("i-1").withBody(fiveHours)))
                .isInstanceOfSatisfying(ServiceResponseException.class, refused -> {
                    assertThat(refused.getErrorCode()).isEqualTo("DBS.200001");
                    assertThat(refused.getErrorMsg()).startsWith("end_time: ");
                });
    }

    @Test
    void an_error_is_understood_with_its_code_and_request_id() {
        upgrades.blocker = Blocker.FROZEN;

        assertThatThrownBy(() -> databases.upgradeProxyVersion(upgrade("2.6.12.3", "2.6.12.4")))
                .isInstanceOfSatisfying(ServiceResponseException.class, refused -> {
                    assertThat(refused.getHttpStatusCode()).isEqualTo(400);
                    assertThat(refused.getErrorCode()).isEqualTo("DBS.280449");
                    assertThat(refused.getErrorMsg()).contains("frozen");
                    assertThat(refused.getRequestId()).isNotEmpty();
                });
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

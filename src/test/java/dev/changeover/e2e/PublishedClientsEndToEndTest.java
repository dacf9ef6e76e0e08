package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.huaweicloud.sdk.gaussdb.v3.model.GetJobInfoDetail;
import com.huaweicloud.sdk.gaussdb.v3.model.ProxyUpgradeProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowGaussMySqlJobInfoRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionResponse;
import com.huaweicloud.sdk.gaussdb.v3.model.UpgradeProxyVersionRequest;
import com.huaweicloud.sdk.rds.v3.model.ListRdSforMySqlProxyRequest;
import dev.changeover.api.PublishedClients;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A program that was written for the cloud, with the key of an owner, against real processes. */
class PublishedClientsEndToEndTest {
    private static final Pattern EXPORT = Pattern.compile("export HUAWEICLOUD_SDK_(AK|SK)=(\\S+)");

    @Test
    void a_program_that_has_only_the_published_clients_upgrades_a_proxy_from_start_to_finish() throws Exception {
        try (var here = new Installation(Duration.ofHours(24), Duration.ofSeconds(1))) {
            var program = program(here);

            var entry = program.relational()
                    .listRdSforMySqlProxy(new ListRdSforMySqlProxyRequest().withInstanceId("in-1"))
                    .getProxyQueryInfoList()
                    .getFirst();
            var proxyId = entry.getProxy().getPoolId();
            var before = version(program, proxyId);
            var job = upgrade(program, proxyId, before);
            await("the job is completed")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> status(program, job), GetJobInfoDetail.StatusEnum.COMPLETED::equals);
            var after = version(program, proxyId);

            assertThat(entry.getProxy().getNodes()).hasSize(3);
            assertThat(before.getCurrentVersion())
                    .isEqualTo(here.kernels.older().version());
            assertThat(before.getCanUpgrade()).isTrue();
            assertThat(after.getCurrentVersion()).isEqualTo(before.getLatestVersion());
            assertThat(after.getCanUpgrade()).isFalse();
            assertThat(Installation.NODES)
                    .allSatisfy(
                            node -> assertThat(here.serving(node).orElseThrow().version())
                                    .isEqualTo(here.kernels.newer().reportedVersion()));
        }
    }

    /** With the key that an operator makes for it. */
    private static PublishedClients program(Installation here) throws Exception {
        assertThat(here.cli("user", "add", "shop-jobs", "--role", "owner", "--project", "p-1", "--no-password"))
                .isZero();
        var ak = "";
        var sk = "";
        for (var found : EXPORT.matcher(here.printed("key", "add", "shop-jobs"))
                .results()
                .toList()) {
            if (found.group(1).equals("AK")) {
                ak = found.group(2);
            } else {
                sk = found.group(2);
            }
        }
        return PublishedClients.of(here.api(), ak, sk, "p-1");
    }

    private static ShowProxyVersionResponse version(PublishedClients program, String proxyId) {
        return program.databases()
                .showProxyVersion(new ShowProxyVersionRequest()
                        .withInstanceId("in-1")
                        .withProxyId(proxyId)
                        .withEngineName("taurusproxy"));
    }

    private static String upgrade(PublishedClients program, String proxyId, ShowProxyVersionResponse from) {
        var versions = new ProxyUpgradeProxyVersionRequest()
                .withSourceVersion(from.getCurrentVersion())
                .withTargetVersion(from.getLatestVersion());
        return program.databases()
                .upgradeProxyVersion(new UpgradeProxyVersionRequest()
                        .withInstanceId("in-1")
                        .withProxyId(proxyId)
                        .withBody(versions))
                .getUpdateResult()
                .getFirst()
                .getWorkflowId();
    }

    private static GetJobInfoDetail.StatusEnum status(PublishedClients program, String job) {
        return program.databases()
                .showGaussMySqlJobInfo(new ShowGaussMySqlJobInfoRequest().withId(job))
                .getJob()
                .getStatus();
    }
}

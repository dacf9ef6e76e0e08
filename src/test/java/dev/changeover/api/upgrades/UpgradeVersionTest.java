package dev.changeover.api.upgrades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class UpgradeVersionTest {
    private static final String PROXY = "/v3/p-1/instances/i-1/proxy/x-1";
    private static final String BODY = "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"}";

    private final Calls call;
    private final FakeUpgrades upgrades;

    UpgradeVersionTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
    }

    @ParameterizedTest
    @ValueSource(strings = {"taurusproxy", "haproxy"})
    void shows_what_a_proxy_runs_and_what_it_could_run(String engine) {
        var version = call.get(PROXY + "/" + engine + "/proxy-version").json();

        assertThat(version.path("current_version").asText()).isEqualTo("2.6.12.3");
        assertThat(version.path("latest_version").asText()).isEqualTo("2.6.12.4");
        assertThat(version.path("can_upgrade").asBoolean()).isTrue();
        assertThat(version.path("reason").asText()).isEmpty();
        assertThat(version.path("risk").path("level").isInt()).isTrue();
        assertThat(version.path("risk").path("upgrade_duration").asText()).isEqualTo("about 3 minutes");
        assertThat(version.path("release_notes").findValuesAsText("notes")).containsExactly("Fixes of 2.6.12.4");
    }

    /** REQUIREMENTS S8. */
    @ParameterizedTest
    @CsvSource({"RISKY, 2", "OFFLINE, 2", "EXPIRED, 2", "DEFECTIVE, 3", "ACTIVE, 1"})
    void says_how_risky_the_version_is_that_it_runs(String lifecycle, int level) {
        call.patch(
                "/v3/kernel-versions/haproxy/2.6.12.3",
                "{\"lifecycle\":\"%s\",\"reason\":\"it leaks\"}".formatted(lifecycle));

        var risk = call.get(PROXY + "/haproxy/proxy-version").json().path("risk");

        call.patch("/v3/kernel-versions/haproxy/2.6.12.3", "{\"lifecycle\":\"ACTIVE\"}");
        assertThat(risk.path("level").asInt()).isEqualTo(level);
        assertThat(risk.path("suggest").asText().contains("it leaks")).isEqualTo(level > 1);
        assertThat(risk.path("influence").asText()).contains("more than 24 hours are interrupted");
        assertThat(risk.path("guidance").asText()).contains("cannot be rolled back");
        assertThat(risk.path("service_impact_duration").asText()).isEqualTo("none for new connections");
    }

    @Test
    void says_why_a_proxy_cannot_be_upgraded() {
        upgrades.blocker = Blocker.FROZEN;

        var version = call.get(PROXY + "/haproxy/proxy-version").json();

        assertThat(version.path("can_upgrade").asBoolean()).isFalse();
        assertThat(version.path("reason").asText()).isEqualTo("the instance is frozen");
    }

    @Test
    void upgrades_upon_submission_and_the_job_can_be_followed() {
        var accepted = call.post(PROXY + "/upgrade-version", BODY);

        assertThat(accepted.status()).isEqualTo(200);
        var result = accepted.json().path("update_result").get(0);
        assertThat(result.path("instance_id").asText()).isEqualTo("i-1");
        assertThat(result.path("state").asText()).isEqualTo("ACCEPT");
        assertThat(result.path("error_message").asText("missing")).isEmpty();
        var job = call.get("/v3/p-1/jobs?id=" + result.path("workflow_id").asText())
                .json()
                .path("job");
        assertThat(job.path("name").asText()).isEqualTo("UpgradeProxyVersion");
        assertThat(job.path("status").asText()).isEqualTo("Running");
        assertThat(job.path("created").asText()).isEqualTo("2026-07-15T07:46:10+0000");
        assertThat(job.path("process").asText()).isEqualTo("0");
        assertThat(job.path("instance").path("name").asText()).isEqualTo("orders");
    }

    @Test
    void the_same_key_gets_the_same_job() {
        var first = call.post(
                PROXY + "/upgrade-version", BODY, "Content-Type", "application/json", "Idempotency-Key", "k-1");
        var again = call.post(
                PROXY + "/upgrade-version", BODY, "Content-Type", "application/json", "Idempotency-Key", "k-1");

        assertThat(again.text()).isEqualTo(first.text());
    }

    @Test
    void process_is_empty_once_the_job_is_completed() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "SERVING", Phase.RETIRING, null);

        var job = call.get("/v3/p-1/jobs?id=" + jobId).json().path("job");

        assertThat(job.path("status").asText()).isEqualTo("Completed");
        assertThat(job.path("process").asText("missing")).isEmpty();
        assertThat(job.path("ended").asText()).isEqualTo("2026-07-15T07:47:10+0000");
    }

    @Test
    void an_upgrade_shows_its_phase_and_its_nodes_standby_first() {
        var jobId = call.submit();

        var upgrade = call.get("/v3/p-1/upgrades/" + jobId).json();

        assertThat(upgrade.path("phase").asText()).isEqualTo("NODES");
        assertThat(upgrade.path("outcome").isNull()).isTrue();
        assertThat(upgrade.path("next").asText()).isEqualTo("the next node");
        assertThat(upgrade.path("nodes").findValuesAsText("node_id")).containsExactly("x-1-n2", "x-1-n1");
        assertThat(upgrade.path("requested_by").asText()).isEqualTo("anna@127.0.0.1");
    }

    @Test
    void an_ended_upgrade_shows_its_outcome() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ENDED", Phase.ENDED, Outcome.DONE);

        var upgrade = call.get("/v3/p-1/upgrades/" + jobId).json();

        assertThat(upgrade.path("outcome").asText()).isEqualTo("DONE");
        assertThat(upgrade.path("percent").asInt()).isEqualTo(100);
        assertThat(upgrade.path("ended_at").asText()).isEqualTo("2026-07-15T07:47:40+0000");
    }

    @Test
    void a_job_of_another_project_does_not_exist() {
        var jobId = call.submit();

        assertThat(call.get("/v3/p-2/jobs?id=" + jobId).code()).isEqualTo("DBS.200543");
        assertThat(call.get("/v3/p-2/upgrades/" + jobId).code()).isEqualTo("DBS.200543");
    }
}

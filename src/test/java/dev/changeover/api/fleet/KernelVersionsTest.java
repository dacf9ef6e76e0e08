package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelVersionsTest {
    private static final String KERNELS = """
            kernels:
              - version: 2.6.12.4
                engine: haproxy
                reported_version: 2.6.12-1+deb12u4
                release_notes: Fixes
                packages:
                  - arch: amd64
                    url: https://packages.example/haproxy.deb
                    sha256: %s
              - version: 2.6.12.3
                engine: haproxy
                reported_version: 2.6.12-1+deb12u3
                lifecycle: RISKY
                expires_at: 2027-01-01T00:00:00Z
            """.formatted("b".repeat(64));

    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test");
    private final Calls call = Calls.to(server);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_catalogue_in_yaml_is_registered_and_listed_newest_first() {
        var answer = call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(200);
        var listed = call.get("/v3/kernel-versions").json().path("kernel_versions");
        assertThat(listed.findValuesAsText("version")).containsExactly("2.6.12.4", "2.6.12.3");
        assertThat(listed.get(0).path("packages").get(0).path("sha256").asText())
                .isEqualTo("b".repeat(64));
        assertThat(listed.get(1).path("lifecycle").asText()).isEqualTo("RISKY");
        assertThat(listed.get(1).path("expires_at").asText()).isEqualTo("2027-01-01T00:00:00+0000");
    }

    @Test
    void the_versions_of_another_engine_are_a_list_of_their_own() {
        var ours = "kernels: [{version: 2.23.6.1, engine: taurusproxy, reported_version: taurus-2.23}]";
        call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");
        call.post("/v3/kernel-versions", ours, "Content-Type", "application/yaml");

        var listed = call.get("/v3/kernel-versions?engine=taurusproxy").json().path("kernel_versions");

        assertThat(listed.findValuesAsText("version")).containsExactly("2.23.6.1");
        assertThat(listed.findValuesAsText("engine")).containsExactly("taurusproxy");
    }

    @Test
    void json_is_yaml_too() {
        var json = "{\"kernels\":[{\"version\":\"2.8.0.1\",\"engine\":\"haproxy\",\"reported_version\":\"2.8.0\"}]}";

        var answer = call.post("/v3/kernel-versions", json);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("kernel_versions").get(0).path("version").asText())
                .isEqualTo("2.8.0.1");
    }

    @Test
    void the_proxies_on_a_version_are_found_in_every_spelling_of_it() {
        call.post("/v3/fleet", Fleets.FILE.replace("2.6.12.3", "2.06.12.03"), "Content-Type", "application/yaml");
        call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");

        var proxies =
                call.get("/v3/kernel-versions/haproxy/2.6.12.3/proxies?limit=1").json();

        assertThat(proxies.path("proxies").findValuesAsText("proxy_id")).containsExactly("x-7");
        assertThat(proxies.path("total_count").asInt()).isEqualTo(1);
        assertThat(call.get("/v3/kernel-versions/haproxy/2.6.12.4/proxies")
                        .json()
                        .path("total_count")
                        .asInt())
                .isZero();
    }

    @Test
    void a_file_that_says_nothing_of_the_lifecycle_does_not_bring_a_version_back() {
        call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");
        call.patch("/v3/kernel-versions/haproxy/2.6.12.4", "{\"lifecycle\":\"DEFECTIVE\",\"reason\":\"it leaks\"}");

        var again = call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");

        assertThat(again.json().path("kernel_versions").get(0).path("lifecycle").asText())
                .isEqualTo("DEFECTIVE");
    }

    @Test
    void a_version_expires_by_itself_and_can_be_given_a_later_date() {
        call.post(
                "/v3/kernel-versions",
                KERNELS.replace("RISKY", "ACTIVE").replace("2027-01-01", "2020-01-01"),
                "Content-Type",
                "application/yaml");
        var expired =
                call.get("/v3/kernel-versions").json().path("kernel_versions").get(1);
        assertThat(expired.path("lifecycle").asText()).isEqualTo("EXPIRED");
        var path = "/v3/kernel-versions/haproxy/2.6.12.3";

        var tooEarly = call.patch(path, "{\"lifecycle\":\"ACTIVE\"}");
        var later = call.patch(path, "{\"lifecycle\":\"ACTIVE\",\"expires_at\":\"never\"}");

        assertThat(tooEarly.status()).isEqualTo(400);
        assertThat(tooEarly.message()).startsWith("expires_at: ");
        assertThat(later.json().path("lifecycle").asText()).isEqualTo("ACTIVE");
        assertThat(later.json().path("expires_at").isNull()).isTrue();
    }

    @Test
    void an_expiry_that_has_passed_is_put_off_by_a_later_date_alone() {
        call.post(
                "/v3/kernel-versions",
                KERNELS.replace("RISKY", "ACTIVE").replace("2027-01-01", "2020-01-01"),
                "Content-Type",
                "application/yaml");

        var later = call.patch("/v3/kernel-versions/haproxy/2.6.12.3", "{\"expires_at\":\"2100-01-01T00:00:00+0000\"}");

        assertThat(later.json().path("lifecycle").asText()).isEqualTo("ACTIVE");
        assertThat(later.json().path("lifecycle_reason").asText()).isEmpty();
    }

    @Test
    void a_change_without_what_it_needs_is_refused_and_changes_nothing() {
        call.post("/v3/kernel-versions", KERNELS, "Content-Type", "application/yaml");
        var path = "/v3/kernel-versions/haproxy/2.6.12.4";

        assertThat(call.patch(path, "{}").message()).startsWith("lifecycle: ");
        assertThat(call.patch(path, "{\"lifecycle\":\"BROKEN\"}").message()).contains("DEFECTIVE");
        assertThat(call.patch(path, "{\"lifecycle\":\"RISKY\"}").message()).startsWith("reason: ");
        assertThat(call.patch(path, "{\"expires_at\":\"tomorrow\"}").message()).startsWith("expires_at: ");
        assertThat(call.patch("/v3/kernel-versions/haproxy/9.9.9.9", "{\"lifecycle\":\"ACTIVE\"}")
                        .status())
                .isEqualTo(404);
        assertThat(call.get("/v3/kernel-versions")
                        .json()
                        .path("kernel_versions")
                        .get(0)
                        .path("lifecycle")
                        .asText())
                .isEqualTo("ACTIVE");
    }

    @Test
    void a_catalogue_that_is_half_right_changes_nothing() {
        var halfRight = KERNELS.replace("2.6.12.3", "two");

        var answer = call.post("/v3/kernel-versions", halfRight, "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("line 10: ");
        assertThat(call.get("/v3/kernel-versions").json().path("kernel_versions"))
                .isEmpty();
    }
}

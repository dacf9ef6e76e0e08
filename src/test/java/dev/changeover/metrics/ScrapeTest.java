package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class ScrapeTest {
    private WatchedServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        server = new WatchedServer(directory, Map.of());
    }

    @AfterAll
    void end() {
        server.close();
    }

    @Test
    void the_token_reads_the_figures_and_can_do_nothing_else() {
        var scraper = server.scraper();

        assertThat(scraper.get("/prometheus").status()).isEqualTo(200);
        for (var path : new String[] {"/v3/me", "/v3/nodes", "/v3/projects", "/openapi"}) {
            assertThat(scraper.get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(scraper.get("/health").text())
                .isEqualTo(server.stranger.get("/health").text());
        assertThat(scraper.post("/prometheus", "{}").status()).isNotEqualTo(200);
        assertThat(scraper.post("/v3/logout", "").status()).isEqualTo(401);
    }

    @Test
    void nobody_reads_them_without_it() {
        assertThat(server.stranger.get("/prometheus").status()).isEqualTo(401);
        assertThat(server.stranger
                        .by("0123456789abcdef".repeat(3) + "0123456789abcdee")
                        .get("/prometheus")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void the_token_is_replaced_while_the_server_runs() throws IOException {
        var before = Files.readString(server.tokenFile);
        var fresh = "f".repeat(32);
        try {
            Files.writeString(server.tokenFile, fresh);

            assertThat(server.scraper().get("/prometheus").status()).isEqualTo(401);
            assertThat(server.stranger.by(fresh).get("/prometheus").status()).isEqualTo(200);
        } finally {
            Files.writeString(server.tokenFile, before);
        }
    }

    @Test
    void a_file_without_a_token_is_told_at_the_start(@TempDir Path directory) throws IOException {
        var empty = Files.writeString(directory.resolve("token"), "secret");

        assertThatThrownBy(() -> new ScrapeToken(empty)).hasMessageContaining("openssl rand -hex 32");
        assertThatThrownBy(() -> new ScrapeToken(directory.resolve("none")))
                .hasMessageStartingWith("CHANGEOVER_METRICS_TOKEN_FILE cannot be read: there is no ");
    }

    /** 2,147 lines before they were chosen. */
    @Test
    void the_figures_are_few() {
        var scene = server.scene();
        scene.call.submit();
        scene.call.get("/v3/nodes");

        var figures = server.scrape();

        assertThat(figures.series()).hasSizeLessThan(250);
        assertThat(figures.names())
                .contains(
                        "changeover_upgrades",
                        "changeover_upgrades_ended_total",
                        "changeover_handover_seconds_bucket",
                        "http_server_requests_seconds_count",
                        "jvm_memory_used_bytes",
                        "hikaricp_connections_pending");
    }

    private static long ours(Figures figures) {
        return figures.series().keySet().stream()
                .filter(series -> series.startsWith("changeover_"))
                .count();
    }

    @Test
    void a_large_fleet_makes_no_more_of_them() {
        server.scene();
        var before = ours(server.scrape());
        server.sql().change("""
                insert into node (id, proxy_id, position, name, role, az_code, task_queue, version, status, observed_at,
                    sessions, silent_since)
                select 'many-' || n, 'x-1', n + 10, 'n', 'STANDBY', 'az', 'node:many-' || n, '1.0.0.0', 'CRASH_LOOP',
                    current_timestamp, 3, current_timestamp
                from system_range(1, 1000) as r(n)
                """);
        try {
            var figures = server.scrape();

            assertThat(ours(figures)).isEqualTo(before + LedgerFigures.NAMED);
            assertThat(figures.series()).containsEntry("changeover_agents_silent", 1000.0);
        } finally {
            server.sql().change("delete from node where id like 'many-%'");
        }
    }
}

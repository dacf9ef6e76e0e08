package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboard and the documents ask for is there. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("src", "main", "dist", "grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("\\b(?:changeover|http|hikaricp|temporal|jvm|process)_\\w+");
    private static final int COLUMNS = 24;

    @TempDir
    Path directory;

    @Test
    void every_query_and_every_line_of_the_document_asks_for_a_figure_that_there_is() throws Exception {
        Set<String> there;
        try (var server = new WatchedServer(directory, Map.of())) {
            server.scene();
            server.context
                    .getBean(MeterRegistry.class)
                    .counter(
                            "temporal_request_failure",
                            "operation",
                            "StartWorkflowExecution",
                            "status_code",
                            "UNAVAILABLE");
            // the two that only troubles have
            assertThat(
                            server.sql()
                                    .change(
                                            "update node set observed_at = current_timestamp, silent_since = current_timestamp"))
                    .isPositive();
            server.scene().call.get("/v3/nodes");
            // Temporal's own come when its workers have first reported them.
            var seen = await().atMost(Duration.ofMinutes(2))
                    .until(
                            () -> server.scrape().names(),
                            names -> names.contains("temporal_worker_task_slots_available"));
            there = new LinkedHashSet<>(seen);
        }
        there.add("changeover_upgrade_held_seconds");

        var asked = new LinkedHashSet<>(metrics(Files.readString(DASHBOARD)));
        var documented = metrics(Files.readString(Path.of("workflows-docs", "watching.md")));

        assertThat(asked).hasSizeGreaterThan(20).isSubsetOf(there);
        there.removeIf(name -> !name.startsWith("changeover_"));
        assertThat(there.stream().map(name -> name.replaceFirst("_(bucket|count|sum|max)$", "")))
                .as("all of ours are described")
                .allSatisfy(name -> assertThat(documented).contains(name));
    }

    @Test
    void every_query_is_one(@TempDir Path directory) throws Exception {
        var dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
        var rules = all(dashboard.path("panels"))
                .flatMap(panel -> all(panel.path("targets")))
                .map(target ->
                        Map.of("record", "a_query", "expr", target.path("expr").asText()))
                .distinct()
                .toList();
        var file = Files.writeString(
                directory.resolve("queries.yml"),
                new ObjectMapper()
                        .writeValueAsString(Map.of("groups", List.of(Map.of("name", "queries", "rules", rules)))));

        var outcome = Promtool.run(directory, "check", "rules", "--lint=none", file.toString());

        assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    }

    private static List<String> metrics(String text) {
        return METRIC.matcher(text).results().map(found -> found.group()).toList();
    }

    @Test
    void every_panel_has_its_place_its_words_and_a_source_that_is_chosen() throws IOException {
        var dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
        var taken = new LinkedHashSet<String>();

        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThan(30);
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        assertThat(all(dashboard.path("panels"))
                        .map(panel -> panel.path("id").asInt())
                        .toList())
                .doesNotHaveDuplicates();
        assertThat(all(dashboard.path("panels"))).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).isNotBlank();
            assertThat(panel.path("type").asText()).isIn("stat", "timeseries", "table");
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(all(panel.path("targets")))
                    .isNotEmpty()
                    .allSatisfy(
                            target -> assertThat(target.path("expr").asText()).isNotBlank());
            var place = panel.path("gridPos");
            for (int x = place.path("x").asInt();
                    x < place.path("x").asInt() + place.path("w").asInt();
                    x++) {
                assertThat(x).isLessThan(COLUMNS);
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "," + y))
                            .as("nothing lies there twice")
                            .isTrue();
                }
            }
        });
    }

    private static Stream<JsonNode> all(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}

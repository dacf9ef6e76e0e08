package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.EventKind;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Faults are planted in a real server, and what it then answers Prometheus makes the alert ring that is for the fault. */
class AlertRulesTest {
    private static final Path DIST = Path.of("src", "main", "dist").toAbsolutePath();
    private static final Path RULES = DIST.resolve("prometheus-rules.yml");
    private static final Path DOCUMENT = Path.of("workflows-docs", "failure-modes.md");
    private static final Pattern RUNBOOK = Pattern.compile("file:///usr/share/doc/changeover/failure-modes\\.md#(.+)");
    private static final String LABELS = "instance=\"s1:8080\",job=\"changeover\"";

    /** Looks of five minutes before a fault, and after it: longer than every alert waits. */
    private static final int BEFORE = 4;

    private static final int AFTER = 14;

    @TempDir
    Path directory;

    /** What a scrape was followed by, and the alerts that ring for it. */
    private record Story(Map<String, Double> before, Map<String, Double> after, Set<String> ringing) {}

    @Test
    void each_rings_for_its_fault_and_none_without() throws Exception {
        var stories = new ArrayList<Story>();
        try (var server = new WatchedServer(directory, Map.of())) {
            server.scene();
            var failed = server.context
                    .getBean(MeterRegistry.class)
                    .counter(
                            "temporal_workflow_task_execution_failed",
                            "failure_reason",
                            "NonDeterminismError",
                            "workflow_type",
                            "UpgradeWorkflow");
            failed.increment();
            var before = up(server.scrape(), 1);
            stories.add(new Story(before, before, Set.of()));
            var ringing = new LinkedHashSet<String>();
            for (var fault : faults().entrySet()) {
                fault.getValue().accept(server);
                ringing.add(fault.getKey());
                var after = up(server.scrape(), 1);
                stories.add(new Story(before, after, Set.copyOf(ringing)));
                before = after;
            }
            failed.increment();
            ringing.add("ChangeoverWorkflowsStuck");
            stories.add(new Story(before, up(server.scrape(), 1), Set.copyOf(ringing)));
            server.sql().change("alter table task rename to lost");
            var unreadable = up(server.scrape(), 1);
            stories.add(new Story(unreadable, unreadable, Set.of("ChangeoverDatabaseAway")));
        }
        stories.add(new Story(Map.of(), up(new Figures(""), 0), Set.of("ChangeoverDown")));
        stories.add(withoutTemporal());

        assertThat(stories.stream().flatMap(story -> story.ringing.stream()).collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(alerts()));
        var outcome = Promtool.run(directory, "test", "rules", test(stories).toString());
        assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    }

    private Map<String, Consumer<WatchedServer>> faults() {
        var faults = new LinkedHashMap<String, Consumer<WatchedServer>>();
        faults.put("ChangeoverUpgradeHeld", server -> {
            var at = server.now().minusSeconds(600);
            var task = TaskSample.running().proxy("x-1").created(at).task();
            var held = new TaskEvent(task.jobId(), 1, at, EventKind.HELD.name(), "x-1-n1", "DISK_FULL");
            server.scene().ledger.record(task, List.of(held));
        });
        faults.put("ChangeoverUpgradeLate", server -> {
            var opens = server.now().minusSeconds(1200);
            var task = TaskSample.waiting().created(opens.minusSeconds(60)).planned(opens, Duration.ofHours(1));
            server.scene().ledger.record(task.task(), List.of());
        });
        faults.put("ChangeoverOldSessionsStay", change("""
                        update task set phase = 'RETIRING', ended_at = dateadd('day', -4, current_timestamp)
                        where status = 'RUNNING'
                        """));
        faults.put("ChangeoverAgentSilent", change("""
                update node set observed_at = current_timestamp, silent_since = dateadd('minute', -20, current_timestamp)
                where id = 'x-1-n1'
                """));
        faults.put("ChangeoverNodeCrashLoop", change("update node set status = 'CRASH_LOOP' where id = 'x-1-n1'"));
        faults.put("ChangeoverNodeAbnormal", change("update node set status = 'ABNORMAL' where id = 'x-1-n2'"));
        faults.put("ChangeoverContactsNotTold", change("""
                insert into delivery (id, channel, address, contact_name, zone, status, reason, attempts, unknowns,
                    created_at, ended_at)
                values ('d-1', 'EMAIL', 'a@example.com', 'anna', 'UTC', 'BOUNCED', 'no such mailbox', 1, 0,
                    current_timestamp, current_timestamp)
                """));
        faults.put("ChangeoverMessagesWait", change("""
                insert into delivery (id, channel, address, contact_name, zone, status, reason, attempts, unknowns,
                    created_at, next_at, claimed_by, claimed_until)
                values ('d-2', 'SMS', '+49', 'anna', 'UTC', 'WAITING', 'the gateway does not answer', 1, 0,
                    dateadd('hour', -1, current_timestamp), current_timestamp,
                    'another server', dateadd('hour', 1, current_timestamp))
                """));
        faults.put("ChangeoverCampaignHalted", campaign("HALTED", "current_timestamp"));
        faults.put("ChangeoverCampaignAwaiting", campaign("AWAITING", "null"));
        faults.put("ChangeoverCampaignNeedsOperator", change("""
                insert into campaign_member (id, campaign_id, project_id, instance_id, instance_name, proxy_id, proxy_name,
                    stage, position, state, reason, attempt, cancels, urgent, created_at, updated_at)
                values ('m-1', 'AWAITING', 'p-1', 'i-1', 'orders', 'x-1', 'x-1', 1, 1, 'NEEDS_OPERATOR', 'no agent', 1, 0, 0,
                    current_timestamp, current_timestamp)
                """));
        return faults;
    }

    private static Consumer<WatchedServer> campaign(String state, String ended) {
        return change("""
                insert into campaign (id, engine, version, target, level, state, stage, reason, note, strategy, created_by,
                    created_at, started_at, deadline, ended_at)
                values ('%1$s', 'haproxy', '2.6.12.3', '2.6.12.4', 'NORMAL', '%1$s', 1, 'it leaks', '', '{}', 'anna',
                    current_timestamp, current_timestamp, current_timestamp, %2$s)
                """.formatted(state, ended));
    }

    private static Consumer<WatchedServer> change(String sql) {
        return server -> assertThat(server.sql().change(sql)).as(sql).isPositive();
    }

    private Story withoutTemporal() throws IOException {
        Map<String, Object> nowhere =
                Map.of("changeover.temporal.mode", "EXTERNAL", "changeover.temporal.address", "127.0.0.1:1");
        try (var server = new WatchedServer(directory, nowhere)) {
            var away = up(server.scrape(), 1);
            return new Story(away, away, Set.of("ChangeoverTemporalAway"));
        }
    }

    /** With what Prometheus adds: whether there was an answer. */
    private static Map<String, Double> up(Figures figures, double up) {
        var series = figures.series();
        series.put("up", up);
        return series;
    }

    /** A file of tests, of which each says for every alert whether it rang. */
    private Path test(List<Story> stories) throws IOException {
        var alerts = alerts();
        var tests = new ArrayList<Map<String, Object>>();
        for (var story : stories) {
            var rang = alerts.stream().map(alert -> rang(alert, story)).toList();
            tests.add(Map.of("interval", "5m", "input_series", series(story), "promql_expr_test", rang));
        }
        return Files.writeString(
                directory.resolve("stories.yml"),
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "rule_files", List.of(RULES.toString()), "evaluation_interval", "5m", "tests", tests)));
    }

    private static List<Map<String, String>> series(Story story) throws IOException {
        var rules = Files.readString(RULES);
        var all = new LinkedHashSet<>(story.before.keySet());
        all.addAll(story.after.keySet());
        return all.stream()
                .filter(series -> rules.contains(series.replaceFirst("\\{.*", "")))
                .map(series -> Map.of(
                        "series",
                        labelled(series),
                        "values",
                        values(story.before.get(series), BEFORE) + " " + values(story.after.get(series), AFTER)))
                .toList();
    }

    private static String labelled(String series) {
        return series.endsWith("}")
                ? series.substring(0, series.length() - 1) + "," + LABELS + "}"
                : series + "{" + LABELS + "}";
    }

    private static String values(@Nullable Double value, int looks) {
        return (value == null ? "_" : BigDecimal.valueOf(value).toPlainString() + "+0") + "x" + looks;
    }

    private static Map<String, Object> rang(String alert, Story story) {
        var expression =
                "clamp_max(sum(max_over_time(ALERTS{alertname=\"%s\",alertstate=\"firing\"}[4h])), 1) or vector(0)";
        return Map.of(
                "expr",
                expression.formatted(alert),
                "eval_time",
                5 * (BEFORE + AFTER) + "m",
                "exp_samples",
                List.of(Map.of("labels", "{}", "value", story.ringing.contains(alert) ? 1 : 0)));
    }

    @Test
    void the_files_are_right_and_at_their_thresholds_nobody_is_woken_too_soon() throws Exception {
        assertSucceeds("check", "rules", RULES.toString());
        assertSucceeds(
                "check",
                "config",
                "--syntax-only",
                DIST.resolve("prometheus.yml").toString());
        var tests = Path.of("src", "test", "resources", "prometheus", "rules-test.yml");
        assertSucceeds("test", "rules", tests.toAbsolutePath().toString());
    }

    private void assertSucceeds(String... words) throws Exception {
        var outcome = Promtool.run(directory, words);
        assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    }

    @Test
    void each_names_a_part_of_the_document_that_there_is() throws IOException {
        var anchors = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("## "))
                .map(AlertRulesTest::anchor)
                .toList();

        assertThat(rules()).isNotEmpty().allSatisfy(rule -> {
            var runbook =
                    RUNBOOK.matcher(rule.path("annotations").path("runbook_url").asText());
            assertThat(runbook.matches()).isTrue();
            assertThat(anchors).contains(runbook.group(1));
        });
    }

    /** As GitHub makes them of headings. */
    private static String anchor(String heading) {
        return heading.substring(3)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
    }

    private static List<String> alerts() throws IOException {
        return rules().map(rule -> rule.path("alert").asText()).toList();
    }

    private static Stream<JsonNode> rules() throws IOException {
        var file = new ObjectMapper().<JsonNode>valueToTree(new Yaml().load(Files.readString(RULES)));
        return StreamSupport.stream(file.path("groups").path(0).path("rules").spliterator(), false);
    }
}

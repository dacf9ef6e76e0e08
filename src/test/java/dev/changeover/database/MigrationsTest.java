package dev.changeover.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.server.FailureSentence;
import dev.changeover.task.Instruction;
import dev.changeover.task.TaskLedger;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database of an earlier version, with rows in it, is one of this version after the server's start; nothing is lost. */
class MigrationsTest {
    private static final String AT = "timestamp with time zone '2026-07-01 02:00:00+00'";

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @MethodSource
    void keeps_every_value_of_each_earlier_schema(String version) throws SQLException {
        var url = String.valueOf(
                TestDatabase.settings(TestDatabase.newPostgres("template1")).get("changeover.database.url"));
        var tables = Set.copyOf(filled(url, "postgres", version));
        try (var connection = DriverManager.getConnection(url, "postgres", "postgres")) {
            var columns = new TreeMap<String, String>();
            for (var table : tables) columns.put(table, columns(connection, table));
            var before = values(connection, columns);

            TestDatabase.flyway(url, "postgres").load().migrate();

            assertThat(values(connection, columns)).isEqualTo(before);
        }
    }

    static List<String> keeps_every_value_of_each_earlier_schema() throws IOException {
        var versions = new ArrayList<String>();
        for (var directory : List.of("migration", "postgresql")) {
            try (var files = Files.list(Path.of("src/main/resources/db", directory))) {
                files.map(file -> file.getFileName().toString())
                        .map(file -> file.substring(1, file.indexOf("__")).replace('_', '.'))
                        .forEach(versions::add);
            }
        }
        return versions;
    }

    private static String columns(Connection connection, String table) throws SQLException {
        try (var rows = connection.getMetaData().getColumns(null, null, table, null)) {
            var names = new ArrayList<String>();
            while (rows.next()) names.add(rows.getString("COLUMN_NAME"));
            return String.join(", ", names);
        }
    }

    private static Map<String, List<String>> values(Connection connection, Map<String, String> columns)
            throws SQLException {
        var all = new TreeMap<String, List<String>>();
        try (var statement = connection.createStatement()) {
            for (var table : columns.keySet()) {
                var rows = new ArrayList<String>();
                try (var result = statement.executeQuery(
                        "select row(%s)::text from %s order by 1".formatted(columns.get(table), table))) {
                    while (result.next()) rows.add(result.getString(1));
                }
                all.put(table, rows);
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "17", "39"})
    void brings_rows_of_an_earlier_schema_to_this_one_on_postgresql(String version) throws SQLException {
        var name = TestDatabase.newPostgres("template1");
        var url = String.valueOf(TestDatabase.settings(name).get("changeover.database.url"));
        var before = filled(url, "postgres", version);

        try (var now = ApplicationContext.run(TestDatabase.settings(name), "test")) {
            assertIsThere(now, before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "17"})
    void brings_rows_of_an_earlier_schema_to_this_one_on_h2(String version) throws SQLException {
        var url = "jdbc:h2:file:%s/changeover;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
                .formatted(directory);
        var before = filled(url, "sa", version);

        try (var now = TestDatabase.h2(directory)) {
            assertIsThere(now, before);
        }
    }

    /** The tables that got a row. */
    private static List<String> filled(String url, String user, String version) throws SQLException {
        var password = user.equals("sa") ? "" : user;
        TestDatabase.flyway(url, user).target(version).load().migrate();
        try (var connection = DriverManager.getConnection(url, user, password)) {
            return fill(connection, Double.parseDouble(version));
        }
    }

    private static List<String> fill(Connection to, double version) throws SQLException {
        var tables = new ArrayList<String>();
        try (var statement = to.createStatement()) {
            for (var row : rows(version)) {
                statement.execute("insert into " + row);
                tables.add(row.substring(0, row.indexOf(' ')));
            }
        }
        return tables;
    }

    private static List<String> rows(double version) {
        var rows = new ArrayList<>(List.of(
                "project values ('p-1', 'shop', 'eu-de')",
                "instance (id, project_id, name, status) values ('i-1', 'p-1', 'orders', 'NORMAL')",
                "proxy (id, instance_id, name, address, port, mode, engine, status)"
                        + " values ('x-1', 'i-1', 'front', '10.0.0.1', 3306, 'HA', 'haproxy', 'UPGRADING')",
                "node (id, proxy_id, position, name, role, az_code, task_queue, version, status, machine_id, observed_at,"
                        + " sessions) values ('n-1', 'x-1', 0, 'n1', 'PRIMARY', 'az1', 'node:n-1', '2.6.12.3', 'NORMAL', 'm-1', "
                        + AT + ", 7)",
                "kernel (engine, numbers, version, lifecycle, reported_version, release_notes)"
                        + " values ('haproxy', '2.6.12.4', '2.6.12.4', 'ACTIVE', '2.6.12-1', 'notes')",
                "kernel_package values ('haproxy', '2.6.12.4', 'amd64', 'file:///k.tar.gz', '" + "0".repeat(64) + "')",
                "task (job_id, project_id, instance_id, instance_name, proxy_id, proxy_name, kind, status, progress,"
                        + " source_version, target_version, phase, fail_reason, code, requester, fingerprint, created_at, snapshot)"
                        + " values ('j-1', 'p-1', 'i-1', 'orders', 'x-1', 'front', 'INSTANT', 'RUNNING', 50, '2.6.12.3',"
                        + " '2.6.12.4', 'NODES', '', '', 'anna', 'f', " + AT + ", '{}')",
                "task_event values ('j-1', 1, " + AT + ", 'ADMITTED', null, 'admitted')"));
        if (version >= 5) {
            rows.add("account values ('anna', 'operator', null, " + AT + ", " + AT + ")");
            rows.add("account_project values ('anna', '*')");
            rows.add("access_key values ('AK1', 'anna', 'sealed', " + AT + ")");
        }
        if (version >= 10) {
            rows.add("audit values ('r-1', " + AT + ", 'anna', 'token', '10.0.0.9', 'upgrade.submit', 'POST', '/v3')");
            rows.add("audit_subject values ('r-1', 'JOB', 'j-1')");
            rows.add("audit_outcome values ('r-1', " + AT + ", 200, '', 1, '', '{}', '{}')");
            rows.add("handover values ('j-1', 'n-1', 'x-1', " + AT + ", 1200)");
        }
        if (version >= 17) {
            rows.add(
                    "instruction (id, job_id, command, content, actor, at) values ('j-1', 'j-1', '%s', '{}', 'anna', %s)"
                            .formatted(Instruction.UPGRADE, AT));
            rows.add("job_run values ('j-1', 'run-1', 7)");
        }
        if (version >= 20) {
            rows.add("kernel_change (engine, version, former, lifecycle, reason, at)"
                    + " values ('haproxy', '2.6.12.3', 'ACTIVE', 'DEFECTIVE', 'it leaks', " + AT + ")");
            rows.add("instance_ring values ('i-1', 'LATE')");
            rows.add(
                    "campaign values ('k-1', 'haproxy 2.6.12.3', 'haproxy', '2.6.12.3', '2.6.12.4', 'NORMAL', 'RUNNING', 1,"
                            + " 'it leaks', '', '{}', 'anna', " + AT + ", " + AT + ", " + AT + ", " + AT
                            + ", null, null)");
            rows.add("campaign_wave values ('k-1', 1, 1, 0)");
            rows.add(
                    "campaign_member values ('m-1', 'k-1', 'p-1', 'i-1', 'orders', 'x-1', 'front', 1, 0, 'DELIVERED', '', 1,"
                            + " 0, 0, 'j-1', " + AT + ", " + AT + ", null, null, " + AT + ", " + AT + ")");
        }
        if (version >= 26) {
            rows.add("delivery values ('d-1', 'MAIL', 'anna@example.com', 'anna', 'UTC', 'WAITING', '', 0, 0, " + AT
                    + ", " + AT + ", null, null, null)");
            rows.add("contact values ('c-1', 'p-1', 'i-1', 'anna', 'anna@example.com', null, null, 'UTC', 'none')");
            rows.add("notice (notice_key, thread, kind, level, project_id, instance_id, proxy_id, source_version,"
                    + " target_version, reason, at, due_at, state) values ('k', 't', 'SERVING', 'NORMAL', 'p-1', 'i-1', 'x-1',"
                    + " '2.6.12.3', '2.6.12.4', '', " + AT + ", " + AT + ", 'ADDRESSED')");
        }
        return rows;
    }

    private static void assertIsThere(ApplicationContext now, List<String> tables) {
        var sql = now.getBean(Sql.class);
        var ledger = now.getBean(TaskLedger.class);
        var inventory = now.getBean(Inventory.class);
        assertThat(tables)
                .allSatisfy(table -> assertThat(sql.exists("select 1 from " + table))
                        .as(table)
                        .isTrue());
        assertThat(inventory.proxy("x-1").orElseThrow().nodes())
                .extracting(Node::version, Node::sessions)
                .containsExactly(tuple(KernelVersion.of("2.6.12.3"), 7));
        assertThat(inventory.instance("i-1").orElseThrow().window()).hasToString("02:00-06:00 UTC");
        assertThat(inventory.kernels("haproxy")).hasSize(1);
        assertThat(ledger.open(null, 2)).hasSize(1);
        assertThat(ledger.events("j-1", 0)).hasSize(1);
    }

    @Test
    void lets_an_upgrade_that_runs_keep_its_proxy_when_claims_come_to_be() throws SQLException {
        var name = TestDatabase.newPostgres("template1");
        filled(String.valueOf(TestDatabase.settings(name).get("changeover.database.url")), "postgres", "1");

        try (var now = ApplicationContext.run(TestDatabase.settings(name), "test")) {
            assertThat(now.getBean(TaskLedger.class).proxyClaimant("x-1")).contains("j-1");
            assertThat(now.getBean(TaskLedger.class).claimant("i-1")).contains("j-1");
        }
    }

    @Test
    void gives_back_what_an_earlier_version_let_a_job_claim_that_never_got_a_task() throws SQLException {
        var name = TestDatabase.newPostgres("template1");
        var url = String.valueOf(TestDatabase.settings(name).get("changeover.database.url"));
        filled(url, "postgres", "68");
        try (var connection = DriverManager.getConnection(url, "postgres", "postgres");
                var statement = connection.createStatement()) {
            statement.execute("insert into proxy_claim values ('x-1', 'j-1'), ('x-2', 'never')");
            statement.execute("insert into claim values ('i-1', 'j-1'), ('i-2', 'never')");
        }

        try (var now = ApplicationContext.run(TestDatabase.settings(name), "test")) {
            var ledger = now.getBean(TaskLedger.class);
            assertThat(ledger.proxyClaimant("x-1")).contains("j-1");
            assertThat(ledger.claimant("i-1")).contains("j-1");
            assertThat(ledger.proxyClaimant("x-2")).isEmpty();
            assertThat(ledger.claimant("i-2")).isEmpty();
        }
    }

    @Test
    void refuses_what_a_newer_version_has_changed_in_one_sentence() {
        try (var now = TestDatabase.h2(directory)) {
            now.getBean(Sql.class)
                    .change(
                            "insert into \"flyway_schema_history\" select max(\"installed_rank\") + 1, '9999', 'later', 'SQL',"
                                    + " 'V9999__later.sql', 1, 'sa', current_timestamp, 1, true from \"flyway_schema_history\"");
        }

        assertThatThrownBy(() -> TestDatabase.h2(directory))
                .satisfies(
                        failure -> assertThat(FailureSentence.in(failure))
                                .hasValueSatisfying(
                                        sentence -> assertThat(sentence)
                                                .isEqualTo(
                                                        "a newer version of Changeover has changed this database, and this one cannot use it:"
                                                                + " install the newer one again, or restore the dump that was made before it")));
    }
}

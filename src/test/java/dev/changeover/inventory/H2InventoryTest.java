package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2InventoryTest extends InventoryContract {
    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return TestDatabase.h2(directory);
    }

    @Test
    void a_page_of_nodes_reads_those_that_it_shows_and_no_others() {
        try (var many = TestDatabase.h2(directory.resolve("many"))) {
            var sql = many.getBean(Sql.class);
            List.of(
                            "insert into project (id, name, region) values ('p', 'p', 'eu-de')",
                            "insert into instance (id, project_id, name, status, maintenance_window) values ('i', 'p', 'i', 'NORMAL', '02:00-06:00 UTC')",
                            """
                            insert into proxy (id, instance_id, name, address, port, mode, engine, status)
                            select 'x' || k, 'i', 'x', 'db', 3306, 'HA', 'haproxy', 'NORMAL' from system_range(1, 1000) as numbers (k)
                            """,
                            """
                            insert into node (id, proxy_id, position, name, role, az_code, task_queue, version, status, sessions)
                            select 'n' || k, 'x' || k, 0, 'n', 'PRIMARY', 'az', 'n', '1.2.3.4', 'NORMAL', 0 from system_range(1, 1000) as numbers (k)
                            """)
                    .forEach(sql::change);

            var plan = sql.first("explain analyze " + NodeList.PAGE, row -> row.text("PLAN"), 10, 0)
                    .orElseThrow();

            assertThat(Pattern.compile("scanCount: (\\d+)").matcher(plan).results())
                    .isNotEmpty()
                    .allSatisfy(scanned -> assertThat(Integer.parseInt(scanned.group(1)))
                            .as(plan)
                            .isLessThanOrEqualTo(20));
        }
    }
}

package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetExportTest {
    /** With texts that YAML could take for something else. */
    private static final String FILE = """
            projects:
              - id: p-1
                name: "null"
                region: eu-de
                contacts: []
              - id: p-2
                name: "Bücher: new # 'and' \\"used\\""
                region: eu-nl
                contacts:
                  - {name: Anna, email: anna@example.com, time_zone: Europe/Berlin, quiet_hours: none}
                  - {name: "yes", phone: "+4915112345678", quiet_hours: 22:30-06:30}
                instances:
                  - id: i-1
                    name: "a line\\nand another\\n\\n  third "
                    status: FROZEN
                    window: 22:00-02:00
                    time_zone: America/Argentina/ComodRivadavia
                    ring: LATE
                    contacts:
                      - {name: "1.0", email: bert@example.com}
                    proxies:
                      - id: x-1
                        name: "- 2026-01-01"
                        address: "2001:db8::1"
                        port: 3306
                        mode: CLUSTER
                        engine: taurusproxy
                        nodes:
                          - {id: n-9, name: "0x10", role: STANDBY, version: 2.23.06.001, task_queue: shared}
                          - {id: n-1, role: PRIMARY, az_code: az1, version: 2.3.9.8}
                  - id: i-2
            """;

    @TempDir
    private static Path directory;

    @Test
    void an_export_registered_in_an_empty_inventory_exports_the_same_bytes() {
        try (var h2 = TestDatabase.h2(directory);
                var postgres = TestDatabase.postgres()) {
            inventory(h2).register(FleetFile.read(FILE));
            var exported = export(h2);

            inventory(postgres).register(FleetFile.read(exported));

            assertThat(export(postgres)).isEqualTo(exported);
            assertThat(inventory(postgres).proxy("x-1"))
                    .isEqualTo(inventory(h2).proxy("x-1"))
                    .isPresent();
            assertThat(inventory(postgres).instance("i-1").orElseThrow().name())
                    .isEqualTo("a line\nand another\n\n  third ");
            assertThat(exported).contains("ring: LATE", "quiet_hours: none", "22:30-06:30", "version: 2.23.06.001");
        }
    }

    @Test
    void an_export_has_every_instance_however_many_there_are() {
        try (var h2 = TestDatabase.h2(directory.resolve("many"))) {
            assertThat(export(h2)).isEqualTo("projects: []\n");
            inventory(h2)
                    .register(FleetFile.read(IntStream.range(0, 1001)
                            .mapToObj("      - id: i-%04d\n"::formatted)
                            .collect(Collectors.joining(
                                    "", "projects:\n  - id: p-1\n    region: eu-de\n    instances:\n", ""))));

            assertThat(FleetFile.read(export(h2)).instances()).hasSize(1001);
        }
    }

    private static Inventory inventory(ApplicationContext of) {
        return of.getBean(Inventory.class);
    }

    private static String export(ApplicationContext of) {
        return of.getBean(FleetExport.class).yaml();
    }
}

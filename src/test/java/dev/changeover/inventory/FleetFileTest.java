package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.changeover.contact.Contact;
import dev.changeover.inventory.Inventory.ContactList;
import dev.changeover.window.MaintenanceWindow;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetFileTest {
    private static final String FLEET = """
            projects:
              - id: shop
                region: eu-de
                instances:
                  - id: orders
                    name: Orders
                    status: frozen
                    proxies:
                      - id: front
                        address: 10.0.0.1
                        port: 3306
                        mode: Ha
                        engine: taurusproxy
                        version: 2.23.06.001
                        nodes:
                          - id: n1
                            role: primary
                          - id: n2
                            name: second
                            role: Standby
                            az_code: az2
                            task_queue: shared
                            version: 2.3.9.8
            """;

    @Test
    void reads_projects_instances_proxies_and_nodes() {
        var fleet = FleetFile.read(FLEET);

        var one = KernelVersion.of("2.23.06.001");
        var two = KernelVersion.of("2.3.9.8");
        assertThat(fleet.projects()).containsExactly(new Project("shop", "shop", "eu-de"));
        assertThat(fleet.instances())
                .containsExactly(
                        new Instance("orders", "shop", "Orders", Instance.Status.FROZEN, MaintenanceWindow.DEFAULT));
        assertThat(fleet.proxies())
                .containsExactly(new Proxy(
                        "front",
                        "orders",
                        "front",
                        "10.0.0.1",
                        3306,
                        Proxy.Mode.HA,
                        "taurusproxy",
                        Proxy.Status.NORMAL,
                        List.of(
                                new Node(
                                        "n1",
                                        "front",
                                        "n1",
                                        Node.Role.PRIMARY,
                                        "",
                                        "node:n1",
                                        one,
                                        Node.Status.NORMAL,
                                        null,
                                        null,
                                        0),
                                new Node(
                                        "n2",
                                        "front",
                                        "second",
                                        Node.Role.STANDBY,
                                        "az2",
                                        "shared",
                                        two,
                                        Node.Status.NORMAL,
                                        null,
                                        null,
                                        0))));
        assertThat(fleet.proxies().getFirst().nodes().getFirst().version()).hasToString("2.23.06.001");
    }

    @Test
    void knows_whether_an_instances_status_was_said() {
        assertThat(FleetFile.read(FLEET).statuses()).containsExactly("orders");
        assertThat(FleetFile.read(FLEET.replace("status: frozen", "ring: early"))
                        .statuses())
                .isEmpty();
    }

    @Test
    void reads_the_ring_of_an_instance_that_has_one() {
        assertThat(FleetFile.read(FLEET).rings()).isEmpty();
        assertThat(FleetFile.read(FLEET.replace("status: frozen", "ring: early"))
                        .rings())
                .containsExactly(Map.entry("orders", Ring.EARLY));
    }

    @Test
    void reads_the_window_of_an_instance_and_knows_whether_one_was_given() {
        var both = FLEET.replace("status: frozen", "window: 23:00-03:00\n        time_zone: Europe/Berlin");
        var utc = FLEET.replace("status: frozen", "window: '23:00-00:00'");

        assertThat(FleetFile.read(FLEET).instances().getFirst().window()).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(FleetFile.read(FLEET).windows()).isEmpty();
        assertThat(FleetFile.read(both).instances().getFirst().window()).hasToString("23:00-03:00 Europe/Berlin");
        assertThat(FleetFile.read(both).windows()).containsExactly("orders");
        assertThat(FleetFile.read(utc).instances().getFirst().window()).hasToString("23:00-00:00 UTC");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            window: 02:30-06:00                           | line 7: instance 'orders' has a wrong window: a window begins and ends on the hour, not at 02:30
            window: 02:00-07:00                           | line 7: instance 'orders' has a wrong window: a window from 02:00 to 07:00 has 5 hours: at most 4 are allowed
            window: at night                              | line 7: instance 'orders' has a wrong window: 'at night' is not a window: start and end are needed, like 02:00-06:00
            window: [2, 6]                                | line 7: instance 'orders' has more than one value as window: a text of at most 255 characters is needed
            window: 02:00-06:00 # time_zone: +02:00       | line 8: instance 'orders' has a wrong time_zone: '+02:00' is not a time zone known here: an IANA name is needed, like Europe/Berlin
            time_zone: Europe/Berlin                      | line 7: instance 'orders' has a time_zone without a window, like 02:00-06:00
            """)
    void a_wrong_window_is_refused_with_the_line_of_what_is_wrong(String keys, String fault) {
        var yaml = FLEET.replace("status: frozen", keys.replace(" # ", "\n        "));

        assertThat(faults(yaml)).containsExactly(fault);
    }

    @Test
    void keys_may_come_in_any_order() {
        var backwards = """
                {"projects": [{"instances": [{"proxies": [{"nodes": [{"role": "primary", "id": "n1"}, {"role": "standby",
                "id": "n2"}], "version": "2.23.06.001", "mode": "ha", "port": 1, "address": "a", "id": "p"}], "name": "I",
                "id": "i"}], "region": "eu-de", "id": "shop"}, {"instances": [{"id": "j"}], "id": "other", "region": "r"}]}
                """;

        var fleet = FleetFile.read(backwards);

        assertThat(fleet.instances())
                .extracting(Instance::id, Instance::projectId)
                .containsExactly(tuple("i", "shop"), tuple("j", "other"));
        assertThat(fleet.proxies())
                .singleElement()
                .returns("i", Proxy::instanceId)
                .satisfies(proxy ->
                        assertThat(proxy.nodes()).extracting(Node::proxyId).containsExactly("p", "p"));
    }

    @Test
    void faults_that_are_not_told_are_not_hidden() {
        var project = "  - {id: p%d, region: eu, town: Ulm}\n";

        var few = faults("projects:\n" + project.formatted(1));
        var many = faults("projects:\n"
                + IntStream.range(0, 300).mapToObj(project::formatted).collect(Collectors.joining()));

        assertThat(few).hasSize(1);
        assertThat(many).hasSize(201).endsWith("these are the first 200: there may be more");
    }

    @Test
    void what_is_no_fleet_is_refused_before_it_fills_the_memory() {
        assertThat(faults("- {id: front, address: 10.0.0.1}\n".repeat(5_000)))
                .containsExactly("line 3333: more than 20000 values in one entry: is it the right file?");
        assertThat(faults("projects:\n  - id: shop\n    region: [" + "x,".repeat(30_000) + "]"))
                .containsExactly("line 3: more than 20000 values in one entry: is it the right file?");
    }

    @Test
    void names_the_line_and_what_is_missing() {
        var yaml = FLEET.replace("                role: primary\n", "");

        assertThat(faults(yaml)).containsExactly("line 16: node 'n1' has no role: primary or standby is needed");
    }

    @Test
    void finds_every_fault_in_one_attempt() {
        var yaml = FLEET.replace("region", "regoin")
                .replace("port: 3306", "port: 70000")
                .replace("mode: Ha", "mode: Pair")
                .replace("engine: taurusproxy", "engine: nginx")
                .replace("version: 2.3.9.8", "version: 2.3.9")
                .replace("id: n2", "id: n 2");

        assertThat(faults(yaml))
                .containsExactly(
                        "line 2: project 'shop' has no region: a text of at most 64 characters is needed",
                        "line 3: project 'shop' has an unknown key 'regoin': known are id, name, region, contacts, instances",
                        "line 11: proxy 'front' has port '70000': a number from 1 to 65535 is needed",
                        "line 12: proxy 'front' has mode 'Pair': ha or cluster or single is needed",
                        "line 13: proxy 'front' has engine 'nginx': haproxy or taurusproxy or sandbox is needed",
                        "line 18: node 'n 2' has id 'n 2': letters, digits, '.', '_' and '-', at most 64 are needed",
                        "line 23: node 'n 2' has version '2.3.9': four numbers separated by dots are needed, like 2.23.06.001");
    }

    @Test
    void a_fault_that_many_nodes_share_is_told_once() {
        var yaml = FLEET.replace("version: 2.23.06.001", "version: new").replace("version: 2.3.9.8", "");

        assertThat(faults(yaml)).singleElement().asString().startsWith("line 14: proxy 'front' has version 'new'");
    }

    @Test
    void an_id_that_occurs_twice_names_both_lines() {
        var yaml = FLEET.replace("id: n2", "id: n1");

        assertThat(faults(yaml)).containsExactly("line 18: node 'n1' is declared already on line 16");
    }

    @Test
    void a_key_that_occurs_twice_is_refused() {
        var yaml = FLEET.replace("port: 3306", "port: 3306\n            port: 3307");

        assertThat(faults(yaml)).containsExactly("line 12: proxy 'front' has 'port' twice");
    }

    @Test
    void an_ha_proxy_needs_one_primary_and_one_standby() {
        var yaml = FLEET.replace("Standby", "primary");

        assertThat(faults(yaml))
                .containsExactly(
                        "line 12: proxy 'front' is HA and needs exactly one primary and one standby node, not 2 and 0");
    }

    @Test
    void a_cluster_needs_two_to_eight_nodes_and_a_single_proxy_one() {
        assertThat(faults(clusterOf("Cluster", 1)))
                .containsExactly("line 9: proxy 'p' is a cluster and needs 2 to 8 nodes, not 1");
        assertThat(faults(clusterOf("Cluster", 9)))
                .containsExactly("line 9: proxy 'p' is a cluster and needs 2 to 8 nodes, not 9");
        assertThat(faults(clusterOf("Single", 2)))
                .containsExactly("line 9: proxy 'p' is single and needs exactly 1 node, not 2");
        assertThat(FleetFile.read(clusterOf("Cluster", 2)).proxies()).hasSize(1);
        assertThat(FleetFile.read(clusterOf("Cluster", 8)).proxies()).hasSize(1);
        assertThat(FleetFile.read(clusterOf("Single", 1)).proxies()).hasSize(1);
    }

    @Test
    void refuses_tags_and_aliases() {
        var yaml = FLEET.replace("id: shop", "id: !!javax.script.ScriptEngineManager [shop]")
                .replace("id: orders", "id: &a orders")
                .replace("name: Orders", "name: *a");

        assertThat(faults(yaml))
                .containsExactly(
                        "line 2: tags, like !this, are not understood: leave it out",
                        "line 6: the alias *a is not understood: write it out");
    }

    @Test
    void says_where_a_text_is_not_yaml_or_not_a_fleet() {
        assertThat(faults("projects:\n  - id: 'shop\n"))
                .singleElement()
                .asString()
                .startsWith("line 3: this is not YAML");
        assertThat(faults("projects: []\n---\nprojects: []\n"))
                .singleElement()
                .asString()
                .startsWith("line 2: this is not YAML");
        assertThat(faults("projects: \u0000")).singleElement().asString().startsWith("line 1: this is not YAML");
        assertThat(faults("")).containsExactly("line 1: the file needs a list 'projects'");
        assertThat(faults("- shop\n")).containsExactly("line 1: the file needs a list 'projects'");
        assertThat(faults("projects: shop\n")).containsExactly("line 1: the file needs a list as projects");
        assertThat(faults("projects:\n  - shop\n"))
                .containsExactly("line 2: a project needs keys and values, beginning with 'id:'");
        assertThat(faults("projets: []\n"))
                .containsExactly(
                        "line 1: the file has an unknown key 'projets': known are projects",
                        "line 1: the file needs a list 'projects'");
        assertThat(faults("[".repeat(100))).singleElement().asString().startsWith("line 1: this is not YAML");
    }

    @Test
    void a_fleet_made_by_a_program_keeps_the_same_rules() {
        var proxy = FleetFile.read(FLEET).proxies().getFirst();

        assertThatThrownBy(() -> new Inventory.Fleet(List.of(), List.of(), List.of(proxy.with(List.of()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'front' is HA");
        assertThatThrownBy(() -> new Inventory.Fleet(List.of(), List.of(), List.of(proxy, proxy)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("proxy 'front' is declared twice");
    }

    private static String clusterOf(String mode, int nodes) {
        var yaml = new StringBuilder("""
                projects:
                  - id: shop
                    region: eu-de
                    instances:
                      - id: orders
                        proxies:
                          - id: p
                            version: 2.3.9.8
                            mode: %s
                            address: 10.0.0.1
                            port: 3306
                            nodes:
                """.formatted(mode));
        for (int i = 1; i <= nodes; i++) {
            yaml.append("              - {id: n%d, role: standby}\n".formatted(i));
        }
        return yaml.toString();
    }

    private static List<String> faults(String yaml) {
        var refused = catchThrowableOfType(FileRefused.class, () -> FleetFile.read(yaml));
        return String.valueOf(refused.getMessage()).lines().toList();
    }

    @Test
    void reads_the_contacts_of_projects_and_instances_and_keeps_those_of_others() {
        var fleet = FleetFile.read("""
                projects:
                  - id: shop
                    region: eu-de
                    contacts: []
                    instances:
                      - id: orders
                        contacts:
                          - name: Anna
                            email: anna@example.com
                            phone: "+4915112345678"
                            time_zone: Europe/Berlin
                            quiet_hours: 21-08
                      - id: billing
                """);

        assertThat(fleet.contacts())
                .containsExactly(
                        new ContactList("shop", null, List.of()),
                        new ContactList(
                                "shop",
                                "orders",
                                List.of(Contact.of(
                                        "shop",
                                        "orders",
                                        "Anna",
                                        "anna@example.com",
                                        "+4915112345678",
                                        null,
                                        "Europe/Berlin",
                                        "21:00-08:00"))));
    }

    @Test
    void says_where_a_contact_is_wrong() {
        var refused = catchThrowableOfType(FileRefused.class, () -> FleetFile.read("""
                projects:
                  - id: shop
                    region: eu-de
                    contacts:
                      - name: Anna
                        email: anna at example.com
                      - name: Berta
                        phone: 0151 12345678
                      - name: Carla
                      - name: Anna
                        webhook: ftp://example.com
                """));

        assertThat(String.valueOf(refused.getMessage()).lines())
                .extracting(line -> line.substring(0, line.indexOf(':')))
                .containsExactly("line 6", "line 8", "line 9", "line 10", "line 11");
    }
}

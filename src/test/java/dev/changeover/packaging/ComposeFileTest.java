package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeFileTest {
    private static final Path FILE = Run.PROJECT.resolve("docker-compose.yml");
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    private static ComposeParser compose;
    private static JsonNode model;

    @TempDir
    Path directory;

    @BeforeAll
    static void read() throws Exception {
        compose = ComposeParser.fetched();
        model = compose.read(FILE);
    }

    @Test
    void is_accepted_without_a_word() throws Exception {
        assertThat(compose.judge(FILE)).isEqualTo(new Run(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({"restart:, restrat:", "- mariadb:/var/lib/mysql, - mariadbx:/var/lib/mysql", "mariadb: {c, marladb: {c"
    })
    void a_slip_in_it_is_noticed(String right, String wrong) throws Exception {
        var slip = Files.writeString(directory.resolve("slip.yml"), text().replace(right, wrong));

        assertThat(compose.judge(slip).exitCode()).isNotZero();
    }

    @Test
    void publishes_every_port_on_this_hosts_loopback_address_only() {
        var published = services()
                .flatMap(service -> each(service.getValue().path("ports")))
                .toList();

        assertThat(published)
                .hasSizeGreaterThan(6)
                .allSatisfy(port -> assertThat(port.path("host_ip").asText()).isEqualTo("127.0.0.1"));
        assertThat(published)
                .extracting(port -> port.path("published").asText())
                .doesNotHaveDuplicates();
        assertThat(services()).noneMatch(service -> service.getValue().has("network_mode"));
    }

    @Test
    void names_the_version_of_every_image() {
        assertThat(services())
                .allSatisfy(
                        service -> assertThat(service.getValue().path("image").asText())
                                .as(service.getKey())
                                .matches("[a-z/-]+:(?!latest).+"));
    }

    @Test
    void an_init_is_the_first_process_wherever_our_program_runs() {
        assertThat(services().filter(service -> service.getValue().has("build")))
                .extracting(Map.Entry::getKey)
                .contains("server", "node-1", "node-2", "node-3");
        assertThat(services().filter(service -> service.getValue().has("build")))
                .allSatisfy(service ->
                        assertThat(service.getValue().path("init").asBoolean()).isTrue());
    }

    @Test
    void waits_for_health_only_where_health_is_checked() {
        assertThat(services())
                .allSatisfy(service -> service.getValue()
                        .path("depends_on")
                        .properties()
                        .forEach(dependency -> {
                            var other = model.path("services").path(dependency.getKey());
                            switch (dependency.getValue().path("condition").asText()) {
                                case "service_healthy" ->
                                    assertThat(other.has("healthcheck")).isTrue();
                                case "service_completed_successfully" ->
                                    assertThat(other.path("restart").asText()).startsWith("on-failure");
                                default -> throw new AssertionError("no condition: " + dependency);
                            }
                        }));
    }

    @Test
    void every_file_it_mounts_is_there_and_cannot_be_changed_from_inside() {
        var mounts = services()
                .flatMap(service -> each(service.getValue().path("volumes")))
                .filter(volume -> volume.path("type").asText().equals("bind"))
                .toList();

        assertThat(mounts).hasSizeGreaterThan(6).allSatisfy(mount -> {
            assertThat(Path.of(mount.path("source").asText())).isRegularFile();
            assertThat(mount.path("read_only").asBoolean()).isTrue();
        });
    }

    @Test
    void what_must_survive_is_in_a_volume_of_its_own() {
        var named = services()
                .flatMap(service -> each(service.getValue().path("volumes")))
                .filter(volume -> volume.path("type").asText().equals("volume"))
                .filter(volume -> !volume.path("read_only").asBoolean())
                .map(volume -> volume.path("source").asText())
                .toList();

        assertThat(named)
                .doesNotHaveDuplicates()
                .contains("postgres", "mariadb", "server")
                .containsAll(NODES);
    }

    @Test
    void the_fleet_finds_what_stands_for_an_operator_and_nothing_else_of_the_server() {
        var file = model.path("services")
                .path("server")
                .path("environment")
                .path("CHANGEOVER_OPERATOR_TOKEN_FILE")
                .asText();
        var fleet = model.path("services").path("fleet");

        assertThat(fleet.path("command").path(1).asText()).isEqualTo(file);
        assertThat(each(fleet.path("volumes"))
                        .filter(volume -> volume.path("type").asText().equals("volume"))
                        .filter(volume -> !volume.path("source").asText().equals("enrolment")))
                .singleElement()
                .satisfies(volume -> {
                    assertThat(Path.of(file))
                            .hasParentRaw(Path.of(volume.path("target").asText()));
                    assertThat(volume.path("read_only").asBoolean()).isTrue();
                });
    }

    @Test
    void a_node_takes_up_the_token_that_the_fleet_leaves_for_it_and_can_leave_none() {
        var fleet = enrolment("fleet");

        assertThat(fleet.path("read_only").asBoolean()).isFalse();
        assertThat(NODES).allSatisfy(node -> {
            assertThat(enrolment(node).path("target")).isEqualTo(fleet.path("target"));
            assertThat(enrolment(node).path("read_only").asBoolean()).isTrue();
        });
    }

    private static JsonNode enrolment(String service) {
        return each(model.path("services").path(service).path("volumes"))
                .filter(volume -> volume.path("source").asText().equals("enrolment"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothing_in_it_lets_anybody_in_without_credentials() throws IOException {
        assertThat(text()).doesNotContainIgnoringCase("unauthenticated").doesNotContain("CHANGEOVER_TOKEN:");
    }

    private static String text() throws IOException {
        return Files.readString(FILE);
    }

    private static Stream<Map.Entry<String, JsonNode>> services() {
        return model.path("services").properties().stream();
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}

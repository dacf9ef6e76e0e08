package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A variable that nothing reads is a setting that does not work, and nobody is told. */
class VariablesTest {
    private static final Pattern NAMED = Pattern.compile("\"(?:\\$\\{)?(changeover(?:\\.[a-z-]+)+)[}\"]");
    private static final Pattern PROPERTIES = Pattern.compile(
            "@ConfigurationProperties\\(\"([^\"]+)\"\\).*?record \\w+\\((.*?)\\)\\s*\\{", Pattern.DOTALL);
    private static final Pattern COMPONENT = Pattern.compile("(\\w+)(?:,|$)");

    private static Map<String, Map<String, String>> services = Map.of();

    @BeforeAll
    static void read() throws Exception {
        var model = ComposeParser.fetched().read(Run.PROJECT.resolve("docker-compose.yml"));
        services = model.path("services").properties().stream()
                .filter(service -> service.getValue().has("build"))
                .collect(Collectors.toMap(Map.Entry::getKey, service -> variables(service.getValue())));
    }

    @Test
    void every_variable_of_ours_is_a_property_that_is_read() throws IOException {
        var known = known();

        assertThat(known).contains("CHANGEOVER_PORT", "CHANGEOVER_DATABASE_URL", "CHANGEOVER_TEMPORAL_MODE");
        assertThat(ours(service("server"))).hasSizeGreaterThan(4).isSubsetOf(known);
        assertThat(ours(example("server.env"))).hasSizeGreaterThan(2).isSubsetOf(known);
        assertThat(services.values())
                .allSatisfy(variables -> assertThat(ours(variables)).isSubsetOf(known));
    }

    @Test
    void the_others_say_which_temporal_as_all_of_its_tools_read_them() throws IOException {
        for (var variables : Set.of(service("server"), service("node-1"), example("server.env"))) {
            var temporal = new HashMap<>(variables);
            temporal.keySet().removeAll(ours(variables));

            var profile = ClientConfigProfile.load(LoadClientConfigProfileOptions.newBuilder()
                    .setEnvOverrides(temporal)
                    .build());

            assertThat(temporal).containsOnlyKeys("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE");
            assertThat(profile.getAddress()).isEqualTo(temporal.get("TEMPORAL_ADDRESS"));
            assertThat(profile.getNamespace()).isEqualTo(temporal.get("TEMPORAL_NAMESPACE"));
        }
    }

    /**
     * The settings of application.toml, those that constructors ask for, and the records that configuration is bound
     * to.
     */
    private static Set<String> known() throws IOException {
        var known = new HashSet<String>();
        collect(
                "",
                new TomlMapper()
                        .readTree(Run.PROJECT
                                .resolve("src/main/resources/application.toml")
                                .toFile()),
                known);
        try (var files = Files.walk(Run.PROJECT.resolve("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                collect(file, known);
            }
        }
        return known.stream()
                .map(name -> name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static void collect(Path source, Set<String> known) throws IOException {
        var text = Files.readString(source);
        NAMED.matcher(text).results().forEach(found -> known.add(found.group(1)));
        PROPERTIES
                .matcher(text)
                .results()
                .forEach(record -> COMPONENT
                        .matcher(record.group(2).replaceAll("\\s+", " "))
                        .results()
                        .forEach(component -> known.add(record.group(1) + "."
                                + component
                                        .group(1)
                                        .replaceAll("([A-Z])", "-$1")
                                        .toLowerCase(Locale.ROOT))));
    }

    private static void collect(String prefix, JsonNode table, Set<String> known) {
        table.properties().forEach(entry -> {
            var name = prefix + entry.getKey();
            known.add(name);
            collect(name + ".", entry.getValue(), known);
        });
    }

    private static Map<String, String> service(String name) {
        return Objects.requireNonNull(services.get(name), name);
    }

    private static Set<String> ours(Map<String, String> variables) {
        return variables.keySet().stream()
                .filter(name -> name.startsWith("CHANGEOVER_"))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> variables(JsonNode service) {
        return service.path("environment").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, variable -> variable.getValue().asText()));
    }

    private static Map<String, String> example(String name) throws IOException {
        var properties = new Properties();
        try (var in =
                Files.newBufferedReader(Run.PROJECT.resolve("src/main/dist").resolve(name))) {
            properties.load(in);
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(key -> key, properties::getProperty));
    }
}

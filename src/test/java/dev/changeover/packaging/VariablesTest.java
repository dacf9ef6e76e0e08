package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A variable that nothing reads is a setting that does not work, and nobody is told. */
class VariablesTest {
    private static final Pattern VARIABLE = Pattern.compile("CHANGEOVER_[A-Z_]*+(?<!_)");

    private static final Pattern TABLE = Pattern.compile("\\| setting `(CHANGEOVER_[A-Z_]+_)…`");

    /** Operators say them by TEMPORAL_ variables, or not at all: the demonstration and tests do. */
    private static final Set<String> OTHERWISE = Set.of(
            "CHANGEOVER_TEMPORAL_ADDRESS",
            "CHANGEOVER_TEMPORAL_NAMESPACE",
            "CHANGEOVER_TEMPORAL_PROFILE",
            "CHANGEOVER_TEMPORAL_DATA_DIRECTORY",
            "CHANGEOVER_TEMPORAL_ALLOW_IN_PROCESS",
            "CHANGEOVER_TEMPORAL_ENDS_WITH_PARENT");

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

    @Test
    void every_variable_in_the_documents_is_a_property_that_is_read() throws IOException {
        var known = known();
        known.addAll(Set.of("CHANGEOVER_SERVER", "CHANGEOVER_TOKEN", "CHANGEOVER_CA")); // of the command line
        known.add("CHANGEOVER_HAPROXY_ENVIRONMENT"); // of the agent

        try (var documents = Files.newDirectoryStream(Run.PROJECT.resolve("workflows-docs"), "*.md")) {
            for (var document : documents) {
                if (!document.endsWith("release-notes.md")) { // which names those of before
                    assertThat(named(document)).as("%s", document).isSubsetOf(known);
                }
            }
        }
        assertThat(named(Run.PROJECT.resolve("README.md")))
                .hasSizeGreaterThan(8)
                .isSubsetOf(known);
    }

    @Test
    void every_property_of_ours_is_named_in_a_document() throws IOException {
        var texts = new ArrayList<String>();
        try (var documents = Files.newDirectoryStream(Run.PROJECT.resolve("workflows-docs"), "*.md")) {
            for (var document : documents) {
                if (!document.endsWith("release-notes.md")) texts.add(Files.readString(document));
            }
        }
        texts.add(Files.readString(Run.PROJECT.resolve("README.md")));
        var lines = texts.stream().flatMap(String::lines).toList();

        assertThat(known().stream().filter(name -> name.startsWith("CHANGEOVER_")))
                .hasSizeGreaterThan(30)
                .allMatch(
                        name -> OTHERWISE.contains(name)
                                || lines.stream().anyMatch(line -> names(line, name))
                                || texts.stream().anyMatch(text -> hasInTable(text, name)),
                        "is named");
    }

    /** In a table whose head has the beginning of all: {@code CHANGEOVER_IDENTITY_PROVIDER_…}. */
    private static boolean hasInTable(String text, String variable) {
        return TABLE.matcher(text)
                .results()
                .map(head -> head.group(1))
                .anyMatch(stem -> variable.startsWith(stem)
                        && text.contains("`%s`".formatted(variable.substring(stem.length()))));
    }

    /** Whole, or by its end beside another one: {@code CHANGEOVER_SMTP_HOST}, {@code _PORT}. */
    private static boolean names(String line, String variable) {
        return line.contains(variable)
                || VARIABLE.matcher(line)
                        .results()
                        .map(MatchResult::group)
                        .map(other -> other.substring(0, other.lastIndexOf('_')))
                        .anyMatch(stem -> variable.startsWith(stem + "_")
                                && line.contains("`%s`".formatted(variable.substring(stem.length()))));
    }

    private static Set<String> named(Path document) throws IOException {
        return VARIABLE.matcher(Files.readString(document))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    /** What the application asks for: in application.toml, and for the arguments of its beans. */
    private static Set<String> known() {
        var known = new HashSet<String>();
        Map<String, Object> provider = Map.of(
                "changeover.identity-provider.jwks-url", "https://idp.example/keys",
                "changeover.identity-provider.issuer", "https://idp.example",
                "changeover.identity-provider.client-id", "changeover");
        try (var context = ApplicationContext.run(provider, "api")) {
            for (var source : context.getEnvironment().getPropertySources()) {
                if (source.getName().startsWith("application")) {
                    source.forEach(known::add);
                }
            }
            for (var bean : context.getAllBeanDefinitions()) {
                for (var argument : bean.getConstructor().getArguments()) {
                    argument.getAnnotationMetadata()
                            .stringValue(Property.class, "name")
                            .ifPresent(known::add);
                }
            }
        }
        return known.stream()
                .map(name -> name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(HashSet::new));
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

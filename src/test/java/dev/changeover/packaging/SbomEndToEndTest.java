package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Read from the jar as it is delivered, which exists after package only. */
class SbomEndToEndTest {
    private static final Path JAR = Path.of("target", "changeover.jar");
    private static final Path BESIDE = Path.of("target", "changeover.cdx.json");

    @BeforeAll
    static void built() {
        assumeThat(BESIDE)
                .as("mvn package makes it, but not with -o or -Pquick")
                .exists();
    }

    @Test
    void the_jar_carries_the_list_of_what_it_contains_and_the_same_lies_beside_it() throws IOException {
        try (var jar = new JarFile(JAR.toFile())) {
            var entry = jar.getJarEntry("META-INF/sbom/changeover.cdx.json");
            assertThat(entry).isNotNull();
            var inside = jar.getInputStream(entry).readAllBytes();
            var bom = new ObjectMapper().readTree(inside);
            var components = new TreeMap<String, JsonNode>();
            bom.path("components")
                    .forEach(each -> components.put(each.path("name").asText(), each));

            assertThat(inside).isEqualTo(Files.readAllBytes(BESIDE));
            assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
            assertThat(components.keySet())
                    .contains("temporal-sdk", "micronaut-http-server-netty", "h2", "postgresql")
                    .as("what only tests and compilers need is not delivered")
                    .doesNotContain("junit-jupiter", "archunit", "netty-codec-classes-quic", "error_prone_core");
            for (var name : List.of("temporal-sdk", "micronaut-http-server-netty")) {
                var component = Objects.requireNonNull(components.get(name));
                assertThat(component.path("purl").asText())
                        .startsWith("pkg:maven/")
                        .contains(component.path("version").asText());
                assertThat(StreamSupport.stream(component.path("hashes").spliterator(), false)
                                .map(hash -> hash.path("alg").asText()))
                        .contains("SHA-256");
            }
        }
    }

    @Test
    void two_builds_of_one_state_list_the_same_without_a_time() throws IOException {
        var metadata = new ObjectMapper().readTree(BESIDE.toFile()).path("metadata");

        assertThat(metadata.has("timestamp")).isFalse();
        assertThat(metadata.path("properties").toString()).contains("cdx:reproducible");
    }
}

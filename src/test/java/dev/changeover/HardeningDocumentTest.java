package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code hardening.md} says of each foothold what an attacker cannot do, and which test proves it. */
class HardeningDocumentTest {
    private static final Path DOCUMENT = Path.of("workflows-docs", "hardening.md");
    private static final Path TESTS = Path.of("target", "test-classes");
    private static final Pattern PROOF = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

    @Test
    void every_line_of_what_an_attacker_cannot_do_names_a_test_that_there_is() throws IOException {
        var lines = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| cannot |"))
                .toList();

        assertThat(lines)
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(proofs(line)).as(line).isNotEmpty());
        for (var line : lines) {
            for (var proof : proofs(line)) {
                assertThat(methods(proof.group(1))).as(line).contains(proof.group(2));
            }
        }
    }

    private static List<MatchResult> proofs(String line) {
        return PROOF.matcher(line).results().toList();
    }

    private static List<String> methods(String simpleName) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.endsWith(simpleName + ".class"))
                    .map(file -> TESTS.relativize(file).toString().replace('/', '.'))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .flatMap(name -> Arrays.stream(loaded(name).getDeclaredMethods()))
                    .map(Method::getName)
                    .toList();
        }
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name, false, HardeningDocumentTest.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

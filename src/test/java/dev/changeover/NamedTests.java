package dev.changeover;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The tests that a line of a document names, as {@code ClassTest.a_rule}. */
public final class NamedTests {
    private static final Path TESTS = Path.of("target", "test-classes");
    private static final Pattern PROOF = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

    private NamedTests() {}

    /** Fails unless each line names a test, and each test that it names is there. */
    public static void assertThereAre(List<String> lines) throws IOException {
        var classes = classes();
        for (var line : lines) {
            assertThat(proofs(line)).as(line).isNotEmpty();
            for (var proof : proofs(line)) {
                assertThat(tests(classes.getOrDefault(proof.group(1), List.of())))
                        .as(line)
                        .contains(proof.group(2));
            }
        }
    }

    private static List<MatchResult> proofs(String line) {
        return PROOF.matcher(line).results().toList();
    }

    /** The names of all classes, by what their files are called. */
    private static Map<String, List<String>> classes() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.map(file -> TESTS.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .collect(toMap(
                            name -> name.substring(name.lastIndexOf('.') + 1),
                            List::of,
                            (some, others) -> Stream.concat(some.stream(), others.stream())
                                    .toList()));
        }
    }

    private static Set<String> tests(List<String> classes) {
        return classes.stream()
                .flatMap(name -> Arrays.stream(loaded(name).getDeclaredMethods()))
                .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name, false, NamedTests.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DockerfileTest {
    @Test
    void copies_only_what_is_there_and_reaches_the_build() throws IOException {
        var kept = Files.readAllLines(Image.SOURCES.resolve("Dockerfile.dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        var sources = Image.copies("program", "server", "node").stream()
                .flatMap(words -> words.subList(0, words.size() - 1).stream())
                .toList();

        assertThat(sources).hasSizeGreaterThan(4).allSatisfy(source -> {
            assertThat(Run.PROJECT.resolve(source)).isRegularFile();
            assertThat(kept).anyMatch(place -> Path.of(source).startsWith(place));
        });
        assertThat(kept).contains("pom.xml", "src/main");
    }

    @Test
    void scripts_are_executable_where_they_are_copied_from() throws IOException {
        assertThat(Image.copies("program", "server", "node").stream()
                        .filter(words -> words.getLast().startsWith("/usr/local/bin"))
                        .flatMap(words -> words.subList(0, words.size() - 1).stream()))
                .hasSizeGreaterThan(3)
                .allSatisfy(source -> assertThat(Run.PROJECT.resolve(source)).isExecutable());
    }

    @Test
    void builds_on_named_versions_and_runs_without_root() throws IOException {
        var lines = Image.instructions();
        var bases = lines.stream()
                .filter(line -> line.startsWith("FROM "))
                .map(line -> List.of(line.split(" ")))
                .toList();
        var stages = bases.stream().map(List::getLast).toList();

        assertThat(bases)
                .extracting(words -> words.get(1))
                .allSatisfy(base -> assertThat(stages.contains(base) || base.matches("[a-z-]+:(?!latest).+"))
                        .isTrue());
        assertThat(lines.stream().filter("USER changeover"::equals)).hasSize(2);
        assertThat(stages).contains("server", "node");
    }
}

package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code hardening.md} says of each foothold what an attacker cannot do, and which test proves it. */
class HardeningDocumentTest {
    private static final Path DOCUMENT = Path.of("workflows-docs", "hardening.md");

    @Test
    void every_line_of_what_an_attacker_cannot_do_names_a_test_that_there_is() throws IOException {
        var lines = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| cannot |"))
                .toList();

        assertThat(lines).hasSizeGreaterThan(20);
        NamedTests.assertThereAre(lines);
    }
}

package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptedUnitTest {
    @TempDir
    Path run;

    @Test
    void the_unit_that_was_adopted_is_known_afterwards() throws IOException {
        var unit = new AdoptedUnit(run);
        assertThat(unit.name()).isEqualTo("haproxy.service");

        unit.note(Optional.of("hapee-2.8-lb@a.service"));
        assertThat(unit.name()).isEqualTo("hapee-2.8-lb@a.service");

        unit.note(Optional.empty());
        assertThat(unit.name()).isEqualTo("haproxy.service");
    }

    @Test
    void a_note_that_was_damaged_is_none() throws IOException {
        Files.writeString(run.resolve("adopted-unit"), "hapee-2.8");

        assertThat(new AdoptedUnit(run).name()).isEqualTo("haproxy.service");
    }
}

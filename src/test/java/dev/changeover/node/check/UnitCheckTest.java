package dev.changeover.node.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.check.Finding.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What systemd says of two units, and what follows from it. */
class UnitCheckTest {

    @ParameterizedTest
    @CsvSource({
        "loaded,    active,   enabled,  false, true,  OK",
        "loaded,    active,   enabled,  true,  false, PROBLEM",
        "loaded,    inactive, enabled,  true,  false, PROBLEM",
        "loaded,    inactive, disabled, true,  false, WARNING",
        "masked,    active,   masked,   true,  false, OK",
        "masked,    inactive, masked,   false, false, WARNING",
        "not-found, inactive, '',       true,  false, OK"
    })
    void the_distributions_unit_must_not_start_a_second_haproxy(
            String load, String active, String file, boolean serves, boolean isToBeAdopted, Level level)
            throws Exception {
        var findings = new Findings("units");

        UnitCheck.theirs(unit(load, active, file), serves, isToBeAdopted, findings);

        assertThat(findings.all()).singleElement().satisfies(found -> {
            assertThat(found.level()).isEqualTo(level);
            assertThat(found.advice().isEmpty()).isEqualTo(level == Level.OK);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "loaded,    active,   enabled,  true,  OK",
        "loaded,    active,   disabled, true,  PROBLEM",
        "loaded,    inactive, enabled,  true,  WARNING",
        "loaded,    inactive, enabled,  false, OK",
        "loaded,    inactive, disabled, false, WARNING",
        "not-found, inactive, '',       true,  WARNING"
    })
    void the_agents_unit_must_serve_after_a_reboot(String load, String active, String file, boolean serves, Level level)
            throws Exception {
        var findings = new Findings("units");

        UnitCheck.ours(unit(load, active, file), serves, unit("loaded", "inactive", "disabled"), findings);

        assertThat(findings.all()).extracting(Finding::level).containsExactly(level);
    }

    /** Systemd refuses to mask a unit whose file is in /etc. */
    @Test
    void an_operators_own_unit_that_was_adopted_is_held_by_a_drop_in(@TempDir Path directory) throws Exception {
        var file = directory.resolve("changeover.conf");
        var own = new UnitState(
                "own.service",
                Map.of(
                        "LoadState", "loaded",
                        "ActiveState", "inactive",
                        "UnitFileState", "enabled",
                        "FragmentPath", "/etc/systemd/system/own.service",
                        "DropInPaths", directory.resolve("limits.conf") + " " + file));
        Files.writeString(file, "[Service]\nRestart=no\n");
        var findings = new Findings("units");

        UnitCheck.theirs(own, true, false, findings);
        Files.writeString(file, "[Unit]\nConditionPathExists=!%s\n".formatted(file));
        UnitCheck.theirs(own, true, false, findings);
        UnitCheck.theirs(own, false, false, findings);

        assertThat(findings.all()).extracting(Finding::level).containsExactly(Level.PROBLEM, Level.OK, Level.WARNING);
        assertThat(findings.all().getFirst().advice())
                .contains("ConditionPathExists=!/etc/systemd/system/own.service.d/changeover.conf");
    }

    private static UnitState unit(String load, String active, String file) {
        return new UnitState(
                "a.service", new HashMap<>(Map.of("LoadState", load, "ActiveState", active, "UnitFileState", file)));
    }
}

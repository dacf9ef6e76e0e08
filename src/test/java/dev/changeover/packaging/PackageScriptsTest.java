package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageScriptsTest {
    private static final Path BEFORE = Run.PROJECT.resolve("src/main/packages/preinst");

    @Test
    void a_host_without_systemd_is_refused_with_one_sentence(@TempDir Path nothing) throws Exception {
        var refused = Run.of(Map.of("PATH", nothing.toString()), "/bin/sh", BEFORE, "install");

        assertThat(refused)
                .isEqualTo(new Run(
                        1,
                        "",
                        "changeover is not installed: its server and its agent are units, so install it on a host that"
                                + " systemd runs\n"));
        assertThat(Path.of("workflows-docs/failure-modes.md")).content().contains(sentence(refused));
    }

    @Test
    void a_host_with_systemd_is_not(@TempDir Path programs) throws Exception {
        var systemctl = Files.writeString(programs.resolve("systemctl"), "");
        assertThat(systemctl.toFile().setExecutable(true)).isTrue();

        assertThat(Run.of(Map.of("PATH", programs.toString()), "/bin/sh", BEFORE, "install"))
                .isEqualTo(new Run(0, "", ""));
    }

    private static String sentence(Run run) {
        return run.errors().strip().replace("changeover is not installed: ", "");
    }
}

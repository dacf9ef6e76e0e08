package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"changeover-server.service", "changeover-agent.service"})
    void systemd_reads_the_unit_without_a_word(String unit) throws Exception {
        assertThat(verify(unit, text(unit))).isEqualTo(new Run(0, "", ""));
    }

    @Test
    void the_server_is_exposed_to_little_by_systemds_own_judgement() throws Exception {
        var unit = Files.writeString(directory.resolve("changeover-server.service"), text("changeover-server.service"));

        // systemd counts in tenths: 30 is "OK", 92 is a unit without any of this.
        assertThat(Run.of("systemd-analyze", "security", "--offline=yes", "--threshold=30", unit)
                        .exitCode())
                .isZero();
    }

    @Test
    void a_slip_in_a_unit_is_noticed() throws Exception {
        var slip = text("changeover-agent.service").replace("KillMode=", "KilMode=");

        assertThat(verify("changeover-agent.service", slip).errors()).contains("KilMode");
    }

    @Test
    void haproxy_outlives_the_agent_that_started_it() throws IOException {
        assertThat(text("changeover-agent.service").lines())
                .contains("KillMode=process", "OOMPolicy=continue", "Restart=always")
                .noneMatch(line -> line.startsWith("PrivateTmp=") || line.startsWith("ProtectHome="));
    }

    @Test
    void root_has_few_rights_in_the_agents_unit() throws Exception {
        var file = Files.writeString(directory.resolve("changeover-agent.service"), text("changeover-agent.service"));

        var exposure = Run.of("systemd-analyze", "security", "--offline=yes", "--threshold=50", file);

        assertThat(exposure.exitCode()).as(exposure.output()).isZero();
    }

    /** The launcher is not installed on this host, and systemd minds. */
    private Run verify(String unit, String text) throws IOException, InterruptedException {
        var launcher = Run.PROJECT.resolve("src/main/dist/changeover").toString();
        var file = Files.writeString(directory.resolve(unit), text.replace("/usr/bin/changeover", launcher));
        return Run.of("systemd-analyze", "verify", "--man=no", file);
    }

    private static String text(String unit) throws IOException {
        return Files.readString(Run.PROJECT.resolve("src/main/dist").resolve(unit));
    }
}

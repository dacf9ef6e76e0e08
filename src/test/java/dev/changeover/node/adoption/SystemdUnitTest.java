package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdUnitTest {

    @ParameterizedTest
    @ValueSource(strings = {"haproxy24.1", "haproxy24.1.service"})
    void a_name_is_completed_as_systemd_does_it(String typed) {
        assertThat(new SystemdUnit(typed).name()).isEqualTo("haproxy24.1.service");
    }

    /** Systemd asks for the file at each start, and one that is enabled is started with the host, before the agent. */
    @Test
    void an_operators_own_unit_is_not_started_as_long_as_its_drop_in_is_there() {
        assertThat(new SystemdUnit("own").neutral())
                .contains("[Unit]\nConditionPathExists=!/etc/systemd/system/own.service.d/changeover.conf\n");
    }

    @Test
    void a_command_goes_on_in_the_next_line() throws IOException {
        var files = """
                # /lib/systemd/system/haproxy.service
                [Service]
                ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG \\
                  # not this
                    -p $PIDFILE \\
                    $EXTRAOPTS
                ExecReload=/bin/true
                """;

        assertThat(SystemdUnit.command("haproxy.service", files).split("\\s+"))
                .containsExactly("/usr/sbin/haproxy", "-Ws", "-f", "$CONFIG", "-p", "$PIDFILE", "$EXTRAOPTS");
    }

    @Test
    void the_last_command_counts() throws IOException {
        var files =
                "ExecStart=/usr/sbin/haproxy -Ws\n# override.conf\nExecStart=\nExecStart = @/opt/haproxy24 haproxy -W\n";

        assertThat(SystemdUnit.command("haproxy.service", files)).isEqualTo("@/opt/haproxy24 haproxy -W");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/true -c", "@-/bin/true haproxy -W", "\"/bin/true\" -f x", "!!/bin/true"})
    void the_program_of_a_command_stands_behind_systemds_own_signs(String command) throws IOException {
        assertThat(SystemdUnit.program(command).executable()).isEqualTo(Path.of("/bin/true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh -c 'exec haproxy -W -f a'", "/usr/bin/docker run haproxy", "/opt/haproxy/run.sh"})
    void what_would_not_pass_our_sockets_on_is_refused(String command) {
        assertThatThrownBy(() -> SystemdUnit.command("haproxy.service", "ExecStart=" + command + "\n"))
                .hasMessageContaining("haproxy.service starts '%s', which would not pass our sockets on", command);
    }
}

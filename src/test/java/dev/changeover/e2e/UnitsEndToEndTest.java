package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only a systemd that runs our units can say, on a machine that has them and nothing else of ours. */
class UnitsEndToEndTest {
    private static final Path PAGE = Path.of("workflows-docs", "failure-modes.md");
    private static final List<String> UNITS =
            List.of(Path.of("src", "main", "dist").toAbsolutePath() + ":/opt/dist");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void a_missing_user_is_said_in_the_pages_words_and_the_pages_block_mends_it() throws Exception {
        try (var machine = Machine.boot("control", UNITS)) {
            machine.printed("cp /opt/dist/changeover-server.service /etc/systemd/system/");
            machine.run("systemctl start changeover-server", line -> {});
            await("systemd gives it up")
                    .atMost(LIMIT)
                    .until(() -> status(machine).equals("217"));
            assertThat(machine.printed("systemctl status changeover-server || true"))
                    .contains("status=217/USER");
            // Not of the unit alone: what says so may end before the journal has asked whose process it is.
            await("the journal has it")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(machine.printed("journalctl --boot"))
                            .contains("Failed to determine user credentials"));
            assertThat(PAGE)
                    .content()
                    .containsIgnoringWhitespaces("status=217/USER", "Failed to determine user credentials");

            for (var command : PageCommand.in(PAGE)) machine.run(command.command(), line -> {});

            // 203 is a program that is not there: this machine has the unit alone.
            await("systemd gets past the user")
                    .atMost(LIMIT)
                    .until(() -> status(machine).equals("203"));
        }
    }

    private static String status(Machine machine) throws IOException, InterruptedException {
        return machine.printed("systemctl show --property=ExecMainStatus --value changeover-server");
    }

    /** As from a HAProxy with 'chroot /var/lib/haproxy' and 'log /dev/log', which its distribution's unit lets through. */
    @Test
    void what_haproxy_logs_in_its_chroot_arrives_in_the_journal() throws Exception {
        try (var machine = Machine.boot("node", UNITS)) {
            machine.printed("""
                    cp /opt/dist/changeover-agent.service /etc/systemd/system/
                    mkdir -p /etc/systemd/system/changeover-agent.service.d
                    cat > /etc/systemd/system/changeover-agent.service.d/log.conf <<EOF
                    [Service]
                    ExecStart=
                    ExecStart=/bin/sh -c 'logger --socket /var/lib/haproxy/dev/log --tag haproxy from the chroot; sleep 600'
                    EOF
                    systemctl daemon-reload
                    systemctl start changeover-agent
                    """);

            await("its line")
                    .atMost(LIMIT)
                    .until(() -> machine.printed("journalctl --boot --identifier=haproxy || true")
                            .contains("from the chroot"));
        }
    }
}

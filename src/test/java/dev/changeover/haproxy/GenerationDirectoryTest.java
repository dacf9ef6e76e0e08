package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationDirectoryTest {
    @Test
    void every_backend_gets_a_door_of_its_own() {
        var configuration = OperatorConfiguration.parse("""
                frontend f
                    bind 127.0.0.1:1
                    use_backend b if TRUE
                    default_backend a
                """);

        var doors = new GenerationDirectory(Path.of("/run/$x/gen-1"), 1).doors(configuration.backends());

        assertThat(doors)
                .containsSubsequence(
                        "bind \"unix@/run/\\$x/gen-1/probe-1.sock\"", "default_backend a",
                        "bind \"unix@/run/\\$x/gen-1/probe-2.sock\"", "default_backend b");
    }

    /** Later HAProxys refuse settings of threads behind any other section, and a prefix would reach doors behind it. */
    @Test
    void doors_come_last_but_for_a_file_that_settles_all_unix_sockets(@TempDir Path run) throws Exception {
        var text = "%slisten l\n    bind 127.0.0.1:1\n";

        var last = new RunDirectory(run).prepare(OperatorConfiguration.parse(text.formatted("")), run);
        var first = new RunDirectory(run)
                .prepare(OperatorConfiguration.parse(text.formatted("global\n    unix-bind mode 660\n")), run);

        assertThat(last.arguments())
                .containsExactly(
                        "-f", last.path() + "/changeover.cfg",
                        "-f", last.path() + "/haproxy.cfg",
                        "-f", last.path() + "/doors.cfg");
        assertThat(last.ownConfiguration()).content().doesNotContain("frontend");
        assertThat(first.doorsConfiguration()).doesNotExist();
        assertThat(first.ownConfiguration())
                .content()
                .contains("frontend", "probe-1.sock")
                .doesNotContain("defaults");
    }

    @Test
    void a_run_directory_too_deep_for_unix_sockets_is_refused_at_once() {
        assertThatThrownBy(() -> new GenerationDirectory(Path.of("/" + "d".repeat(90)), 1))
                .hasMessageContaining("too long");
    }

    @Test
    void a_generation_is_starting_for_a_while_and_not_until_a_clock_that_was_set_back_has_caught_up(@TempDir Path run)
            throws Exception {
        var prepared = new RunDirectory(run).prepare(OperatorConfiguration.parse("listen l\n    bind :1\n"), run);
        var builder = new ProcessBuilder("cat");
        builder.environment().put("HA_RUN", prepared.path().toString());
        var starting = builder.start();
        try {
            assertThat(prepared.observe(true)).isInstanceOf(Generation.Unknown.class);

            var tomorrow = FileTime.from(Instant.now().plus(Duration.ofDays(1)));
            Files.setLastModifiedTime(prepared.ownConfiguration(), tomorrow);

            assertThat(prepared.observe(true)).isInstanceOf(Generation.Dead.class);
        } finally {
            starting.destroyForcibly();
        }
    }
}

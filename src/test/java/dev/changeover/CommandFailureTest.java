package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.Python;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of this program that fail: a sentence on stderr, never a stack trace. */
class CommandFailureTest {
    @TempDir
    Path directory = Path.of("");

    private String run(String... words) {
        var err = new StringWriter();
        var exit = Application.commandLine().setErr(new PrintWriter(err, true)).execute(words);
        assertThat(exit).isEqualTo(1);
        return err.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "agent status", "agent reload", "agent boot --kernel 2.6.12.3"})
    void a_missing_configuration_of_the_agent_is_one_line_that_names_it(String command) {
        var missing = directory.resolve("agent.toml");

        assertThat(run((command + " --config " + missing).split(" ")))
                .contains(missing.toString())
                .hasLineCount(1);
    }

    @Test
    void a_report_of_the_demonstration_that_cannot_be_written_is_one_line_before_anything_starts() {
        assertThat(run("demo", "--report", "/dev/null/x/report.json"))
                .contains("/dev/null")
                .hasLineCount(1);
    }

    @Test
    void two_demonstrations_do_not_write_to_one_place() throws IOException {
        var lock = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True);"
                + " sys.stdin.read()";
        var other = Python.run(lock, directory.resolve("demo.lock"));
        try (var locked = other.inputReader()) {
            assertThat(locked.readLine()).isEmpty();

            assertThat(run("demo", "--report", directory.resolve("report.json").toString()))
                    .contains("another demonstration writes to " + directory)
                    .hasLineCount(1);
        } finally {
            other.destroy();
        }
    }
}

package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a command says and returns where its answer cannot be written. */
class OutputTest {
    @Test
    void a_reader_that_has_read_enough_is_no_failure_and_the_command_ends_as_by_the_signal() throws Exception {
        var process = help().start();
        process.getInputStream().close(); // long before a JVM says its first word

        assertThat(errors(process)).isEmpty();
        assertThat(process.waitFor()).isEqualTo(128 + 13);
    }

    @Test
    void a_full_disk_is_told_and_is_a_failure() throws Exception {
        var process = help().redirectOutput(new File("/dev/full")).start();

        assertThat(errors(process))
                .isEqualToIgnoringNewLines("standard output cannot be written: the answer is incomplete");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    private static ProcessBuilder help() {
        return new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName(),
                "--help");
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

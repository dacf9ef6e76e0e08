package dev.changeover.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.Screen.Row;
import dev.changeover.terminal.LiveBars.Look;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void a_file_gets_a_line_only_when_a_phase_changes_and_no_control_characters() {
        var screen = screen(Look.PLAIN);

        screen.show(List.of(new Row("node-1", "staging", 0.1, 0, 50)), "900 connections, 0 failed");
        screen.show(List.of(new Row("node-1", "staging", 0.2, 0, 50)), "1500 connections, 0 failed");
        screen.show(List.of(new Row("node-1", "handing over", 0.5, 3, 50)), "2100 connections, 0 failed");

        assertThat(output().lines())
                .containsExactly(
                        "node-1       ##..................  10 %  staging                new    0  old   50",
                        "900 connections, 0 failed",
                        "node-1       ##########..........  50 %  handing over           new    3  old   50",
                        "2100 connections, 0 failed");
    }

    @Test
    void a_terminal_is_redrawn_in_place() {
        var screen = screen(Look.UNICODE);
        var rows = List.of(new Row("node-1", "done", 1, 9, 0), new Row("node-2", "waiting", 0, 8, 0));

        screen.show(rows, "two\nlines");
        int firstFrame = output().length();
        screen.show(rows, "one line");

        assertThat(output().substring(0, firstFrame))
                .doesNotContain("\u001b[4A")
                .contains("█".repeat(20));
        assertThat(output().substring(firstFrame))
                .contains("\r\u001b[4A\u001b[0J")
                .contains("░".repeat(20))
                .contains("one line\n");
    }

    @Test
    void a_line_that_stays_pushes_the_nodes_down() {
        var screen = screen(Look.ASCII);
        screen.show(List.of(new Row("node-1", "waiting", 0, 8, 0)), "");
        int before = output().length();

        screen.say("the database is MariaDB");

        assertThat(output().substring(before)).containsSubsequence("\u001b[1A", "the database is MariaDB\n", "node-1");
    }

    @Test
    void colours_come_only_where_the_look_has_them() {
        var row = List.of(new Row("node-1", "done", 1, 9, 0));

        screen(Look.ASCII).show(row, "");
        assertThat(output()).doesNotContain("\u001b[32m");
        screen(Look.ASCII_IN_COLOUR).show(row, "");
        assertThat(output()).contains("\u001b[32m" + "#".repeat(20));
    }

    @Test
    void the_look_follows_terminal_environment_and_charset() {
        assertThat(Look.of(false, Map.of("TERM", "xterm"), UTF_8)).isEqualTo(Look.PLAIN);
        assertThat(Look.of(true, Map.of("TERM", "dumb"), UTF_8)).isEqualTo(Look.PLAIN);
        assertThat(Look.of(true, Map.of(), UTF_8)).isEqualTo(Look.PLAIN);
        assertThat(Look.of(true, Map.of("TERM", "xterm"), UTF_8)).isEqualTo(Look.UNICODE_IN_COLOUR);
        assertThat(Look.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), UTF_8))
                .isEqualTo(Look.UNICODE);
        assertThat(Look.of(true, Map.of("TERM", "xterm"), US_ASCII)).isEqualTo(Look.ASCII_IN_COLOUR);
    }

    private Screen screen(Look look) {
        return new Screen(new PrintStream(written, true, UTF_8), look);
    }

    private String output() {
        return written.toString(UTF_8);
    }
}

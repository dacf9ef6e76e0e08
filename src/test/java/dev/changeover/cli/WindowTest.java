package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.client.Exit;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A window that is typed is worked out without any server. */
class WindowTest {

    @Test
    void openings_are_printed_as_json() {
        var typed = Typed.run(
                "window --window 02:00-06:00 --zone Europe/Berlin --from 2026-10-24T12:00:00Z --count 2 -o json"
                        .split(" "));

        assertThat(typed.exit()).isZero();
        assertThat(typed.json().toString())
                .isEqualTo("[{\"opens\":\"2026-10-25T00:00:00Z\",\"closes\":\"2026-10-25T05:00:00Z\"},"
                        + "{\"opens\":\"2026-10-26T01:00:00Z\",\"closes\":\"2026-10-26T05:00:00Z\"}]");
    }

    @Test
    void openings_are_shown_on_the_windows_own_clock() {
        var typed =
                Typed.run("window --window 01:00-02:00 --zone Australia/Lord_Howe --from 2026-04-04T00:00:00Z --count 2"
                        .split(" "));

        assertThat(typed.out().lines())
                .containsExactly(
                        "OPENS (Australia/Lord_Howe)  CLOSES                       LASTS",
                        "Sun 2026-04-05 01:00 +11:00  Sun 2026-04-05 02:00 +10:30  1 h 30 min",
                        "Mon 2026-04-06 01:00 +10:30  Mon 2026-04-06 02:00 +10:30  1 h");
    }

    @Test
    void ten_openings_from_now_in_utc_are_shown_if_nothing_else_is_said() {
        var now = Instant.now();

        var openings =
                Typed.run("window", "--window", "02:00-06:00", "-o", "json").json();

        assertThat(openings).hasSize(10);
        assertThat(Instant.parse(openings.path(0).path("opens").asText()))
                .isAfterOrEqualTo(now)
                .isBefore(now.plusSeconds(86_401));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --window 02:30-06:00                       | --window: a window begins and ends on the hour, not at 02:30
            --window 02:00-06:00 --zone Mars           | --zone: 'Mars' is not a time zone known here: an IANA name is needed, like Europe/Berlin
            --window 02:00-06:00 --from soon           | --from: an instant like 2026-07-15T02:00:00Z is needed
            --window 02:00-06:00 --count 1000          | --count: 1 to 366 is needed
            --instance i-1 --zone UTC                  | --zone belongs to --window or --set: an instance's window has its own
            --count 3                                  | either --instance or --window is needed
            """)
    void wrong_use_is_2_with_a_sentence(String words, String sentence) {
        var typed = Typed.run(("window " + words).split(" "));

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).startsWith(sentence);
        assertThat(typed.out()).isEmpty();
    }
}

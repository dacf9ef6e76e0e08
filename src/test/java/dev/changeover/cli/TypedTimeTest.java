package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times as people type them. */
class TypedTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026-07-16T02:30:00Z,     ,              2026-07-16T02:30:00Z",
        "2026-07-16T02:30Z,        ,              2026-07-16T02:30:00Z",
        "2026-07-16T04:30:10+0200, ,              2026-07-16T02:30:10Z",
        "2026-07-16T04:30+02:00,   ,              2026-07-16T02:30:00Z",
        "2026-07-16T04:30+02,      ,              2026-07-16T02:30:00Z",
        "2026-07-16T00:30-02:00,   ,              2026-07-16T02:30:00Z",
        "2026-07-16 04:30,         Europe/Berlin, 2026-07-16T02:30:00Z",
        "2026-07-16T04:30:10,      Europe/Berlin, 2026-07-16T02:30:10Z",
        "2026-01-16T04:30,         Europe/Berlin, 2026-01-16T03:30:00Z"
    })
    void with_an_offset_or_on_a_clock_that_is_named(String typed, String zone, String instant) {
        assertThat(TypedTime.read(typed, zone)).hasToString(instant);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tonight              |               | --at: a time like
            02:30Z               |               | --at: a time like
            2026-07-16           | Europe/Berlin | --at: a time like
            2026-07-16T25:00Z    |               | --at: a time like
            2026-07-16T24:00Z    |               | --at: a time like
            2026-02-30T02:00Z    |               | --at: a time like
            2026-02-30T02:00     | Europe/Berlin | --at: a time like
            2026-07-16T02:30     |               | --at: on which clock?
            2026-07-16T02:30Z    | Europe/Berlin | --zone: --at has an offset already
            2026-07-16T02:30     | Mars          | --zone: 'Mars' is not a time zone known here
            2026-03-29T02:30     | Europe/Berlin | --at: the clocks of Europe/Berlin skip 02:30 that day
            2026-10-25T02:30     | Europe/Berlin | --at: the clocks of Europe/Berlin show 02:30 twice that day; say which with an offset, +02:00 or +01:00
            """)
    void what_is_no_one_instant_is_refused_with_a_sentence(String typed, String zone, String sentence) {
        assertThatThrownBy(() -> TypedTime.read(typed, zone))
                .isInstanceOf(DateTimeException.class)
                .hasMessageStartingWith(sentence);
    }
}

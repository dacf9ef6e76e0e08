package dev.changeover.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.changeover.window.WrongWindow.Part;
import io.temporal.common.converter.DefaultDataConverter;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceWindowTest {
    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

    /** From the first instant on; times of opening and closing in UTC. */
    @ParameterizedTest
    @CsvSource({
        // no clock change: daily, and across midnight
        "02:00-06:00 UTC, 2026-07-01T12:00Z, 07-02T02:00/07-02T06:00 07-03T02:00/07-03T06:00",
        "23:00-01:00 UTC, 2026-07-01T12:00Z, 07-01T23:00/07-02T01:00 07-02T23:00/07-03T01:00",
        "23:00-00:00 UTC, 2026-12-31T12:00Z, 12-31T23:00/01-01T00:00 01-01T23:00/01-02T00:00",
        "02:00-06:00 Europe/Berlin, 2026-07-01T12:00Z, 07-02T00:00/07-02T04:00 07-03T00:00/07-03T04:00",
        "02:00-06:00 Asia/Kolkata, 2026-07-01T12:00Z, 07-01T20:30/07-02T00:30 07-02T20:30/07-03T00:30",
        // the hour from 02:00 is skipped
        "02:00-06:00 Europe/Berlin, 2026-03-28T12:00Z, 03-29T01:00/03-29T04:00 03-30T00:00/03-30T04:00",
        "02:00-03:00 Europe/Berlin, 2026-03-28T12:00Z, 03-30T00:00/03-30T01:00 03-31T00:00/03-31T01:00",
        "01:00-02:00 Europe/Berlin, 2026-03-28T12:00Z, 03-29T00:00/03-29T01:00 03-29T23:00/03-30T00:00",
        "01:00-03:00 Europe/Berlin, 2026-03-28T12:00Z, 03-29T00:00/03-29T01:00 03-29T23:00/03-30T01:00",
        "00:00-04:00 Europe/Berlin, 2026-03-28T12:00Z, 03-28T23:00/03-29T02:00 03-29T22:00/03-30T02:00",
        "03:00-05:00 Europe/Berlin, 2026-03-28T12:00Z, 03-29T01:00/03-29T03:00 03-30T01:00/03-30T03:00",
        // the hour from 02:00 is shown twice
        "02:00-06:00 Europe/Berlin, 2026-10-24T12:00Z, 10-25T00:00/10-25T05:00 10-26T01:00/10-26T05:00",
        "02:00-03:00 Europe/Berlin, 2026-10-24T12:00Z, 10-25T00:00/10-25T02:00 10-26T01:00/10-26T02:00",
        "01:00-03:00 Europe/Berlin, 2026-10-24T12:00Z, 10-24T23:00/10-25T02:00 10-26T00:00/10-26T02:00",
        "03:00-04:00 Europe/Berlin, 2026-10-24T12:00Z, 10-25T02:00/10-25T03:00 10-26T02:00/10-26T03:00",
        "01:00-02:00 Europe/Berlin, 2026-10-24T12:00Z, 10-24T23:00/10-25T00:00 10-26T00:00/10-26T01:00",
        // half an hour is shown twice, and skipped
        "01:00-02:00 Australia/Lord_Howe, 2026-04-04T00:00Z, 04-04T14:00/04-04T15:30 04-05T14:30/04-05T15:30",
        "02:00-03:00 Australia/Lord_Howe, 2026-10-03T00:00Z, 10-03T15:30/10-03T16:00 10-04T15:00/10-04T16:00",
        // set back from 00:01 to 23:01: it closes and opens again
        "23:00-00:00 America/St_Johns, 2006-10-28T12:00Z, 10-29T01:30/10-29T02:30 10-29T02:31/10-29T03:30",
        "00:00-01:00 America/St_Johns, 2006-10-28T12:00Z, 10-29T02:30/10-29T02:31 10-29T03:30/10-29T04:30",
        "22:00-00:00 America/St_Johns, 2006-10-28T12:00Z, 10-29T00:30/10-29T02:30 10-29T02:31/10-29T03:30",
        "22:00-01:00 America/St_Johns, 2006-10-28T12:00Z, 10-29T00:30/10-29T04:30 10-30T01:30/10-30T04:30",
        // set forward at midnight, and a whole day that never was
        "23:00-01:00 Asia/Beirut, 2026-03-28T12:00Z, 03-28T21:00/03-28T22:00 03-29T20:00/03-29T22:00",
        "00:00-02:00 Asia/Beirut, 2026-03-28T12:00Z, 03-28T22:00/03-28T23:00 03-29T21:00/03-29T23:00",
        "02:00-06:00 Pacific/Apia, 2011-12-29T00:00Z, 12-29T12:00/12-29T16:00 12-30T12:00/12-30T16:00",
        "23:00-01:00 Pacific/Apia, 2011-12-29T12:00Z, 12-30T09:00/12-30T11:00 12-31T09:00/12-31T11:00",
    })
    void is_open_exactly_while_the_clock_shows_a_time_in_it(String window, String from, String openings) {
        var shown = MaintenanceWindow.of(window).next(Instant.parse(from.replace("Z", ":00Z")), 2).stream()
                .map(opening -> monthToMinute(opening.opens()) + "/" + monthToMinute(opening.closes()))
                .toList();

        assertThat(shown).isEqualTo(List.of(openings.split(" ")));
    }

    private static String monthToMinute(Instant at) {
        assertThat(at.toString()).endsWith(":00Z");
        return at.toString().substring(5, 16);
    }

    @Test
    void an_opening_that_is_under_way_is_the_current_one_and_not_the_next() {
        var window = MaintenanceWindow.DEFAULT;
        var tonight = window.next(NOON);
        var inIt = tonight.opens().plusSeconds(1);

        assertThat(window.current(inIt)).contains(tonight);
        assertThat(window.next(inIt).opens()).isEqualTo(Instant.parse("2026-07-03T02:00:00Z"));
    }

    @Test
    void an_opening_at_the_very_instant_is_both() {
        var window = MaintenanceWindow.DEFAULT;
        var tonight = window.next(NOON);

        assertThat(window.next(tonight.opens())).isEqualTo(tonight);
        assertThat(window.current(tonight.opens())).contains(tonight);
    }

    @Test
    void no_opening_is_current_before_it_opens_or_when_it_closes() {
        var window = MaintenanceWindow.DEFAULT;
        var tonight = window.next(NOON);

        assertThat(window.current(tonight.opens().minusNanos(1))).isEmpty();
        assertThat(window.current(tonight.closes())).isEmpty();
        assertThat(window.isOpen(tonight.opens().minusNanos(1))).isFalse();
        assertThat(window.isOpen(tonight.opens())).isTrue();
        assertThat(window.isOpen(tonight.closes().minusNanos(1))).isTrue();
        assertThat(window.isOpen(tonight.closes())).isFalse();
    }

    @Test
    void the_current_opening_began_before_a_clock_change_if_it_was_open_then() {
        var twiceAsLong = MaintenanceWindow.of("02:00-03:00 Europe/Berlin");
        var later = MaintenanceWindow.of("02:00-06:00 Europe/Berlin");

        assertThat(twiceAsLong.current(Instant.parse("2026-10-25T01:30:00Z")))
                .contains(opening("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"));
        assertThat(later.current(Instant.parse("2026-03-29T03:59:59Z")))
                .contains(opening("2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"));
    }

    @Test
    void what_a_clock_change_opens_opens_at_that_very_instant() {
        var skipped = MaintenanceWindow.of("02:00-06:00 Europe/Berlin");
        var change = Instant.parse("2026-03-29T01:00:00Z");

        assertThat(skipped.current(change.minusNanos(1))).isEmpty();
        assertThat(skipped.current(change)).contains(opening("2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"));
        assertThat(skipped.next(change)).isEqualTo(opening("2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"));
    }

    @Test
    void the_next_ones_are_as_many_as_asked_for() {
        assertThat(MaintenanceWindow.DEFAULT.next(NOON, 0)).isEmpty();
        assertThat(MaintenanceWindow.DEFAULT.next(NOON, 3))
                .containsExactly(
                        opening("2026-07-02T02:00:00Z", "2026-07-02T06:00:00Z"),
                        opening("2026-07-03T02:00:00Z", "2026-07-03T06:00:00Z"),
                        opening("2026-07-04T02:00:00Z", "2026-07-04T06:00:00Z"));
    }

    @Test
    void every_instance_has_two_to_six_utc_from_the_start() {
        assertThat(MaintenanceWindow.DEFAULT)
                .hasToString("02:00-06:00 UTC")
                .isEqualTo(new MaintenanceWindow(LocalTime.of(2, 0), LocalTime.of(6, 0), ZoneId.of("UTC")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00:00-01:00 UTC", "23:00-00:00 UTC", "22:00-02:00 Asia/Tokyo", "20:00-00:00 CET"})
    void windows_of_one_to_four_hours_are_read_and_written(String text) {
        assertThat(MaintenanceWindow.of(text)).hasToString(text);
    }

    @Test
    void a_window_without_a_zone_is_in_utc() {
        assertThat(MaintenanceWindow.of("02:00-06:00")).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(MaintenanceWindow.parse("02:00-06:00", null)).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(MaintenanceWindow.parse("02:00", "06:00", null)).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(MaintenanceWindow.parse("02:00", "06:00", "Asia/Tokyo")).hasToString("02:00-06:00 Asia/Tokyo");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "02:30-06:00, UTC, START, \"a window begins and ends on the hour, not at 02:30\"",
                "02:00-06:01, UTC, END, \"a window begins and ends on the hour, not at 06:01\"",
                "02:00-02:00, UTC, END, a window from 02:00 to 02:00 is empty: it has 1 to 4 hours",
                "02:00-07:00, UTC, END, a window from 02:00 to 07:00 has 5 hours: at most 4 are allowed",
                "02:00-01:00, UTC, END, a window from 02:00 to 01:00 has 23 hours: at most 4 are allowed",
                "22:00-03:00, UTC, END, a window from 22:00 to 03:00 has 5 hours: at most 4 are allowed",
                "20:00-24:00, UTC, END, \"'24:00' is not a time: HH:MM from 00:00 to 23:00 is needed; midnight is 00:00\"",
                "2:00-06:00, UTC, START, \"'2:00' is not a time: HH:MM from 00:00 to 23:00 is needed; midnight is 00:00\"",
                "02:00-, UTC, END, \"'' is not a time: HH:MM from 00:00 to 23:00 is needed; midnight is 00:00\"",
                "02:00, UTC, START, \"'02:00' is not a window: start and end are needed, like 02:00-06:00\"",
                "02:00-03:00-04:00, UTC, START, \"'02:00-03:00-04:00' is not a window: start and end are needed, like 02:00-06:00\"",
                "02:00-06:00, Mars/Olympus, ZONE, \"'Mars/Olympus' is not a time zone known here: an IANA name is needed, like Europe/Berlin\"",
            })
    void what_is_no_window_is_refused_with_the_part_and_a_sentence(
            String hours, String zone, Part part, String sentence) {
        var wrong = catchThrowableOfType(WrongWindow.class, () -> MaintenanceWindow.parse(hours, zone));

        assertThat(wrong).hasMessage(sentence);
        assertThat(wrong.part()).isEqualTo(part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "+02:00", "GMT+2", "UTC+1", "Z", "PST", "europe/berlin", "Europe/Berlin ", "../etc"})
    void offsets_and_spellings_that_are_no_iana_name_are_no_zone(String zone) {
        var wrong = catchThrowableOfType(WrongWindow.class, () -> MaintenanceWindow.parse("02:00", "06:00", zone));

        assertThat(wrong).hasMessageStartingWith("'" + zone + "' is not a time zone known here");
        assertThat(wrong.part()).isEqualTo(Part.ZONE);
    }

    @Test
    void no_window_can_be_made_that_could_not_be_read() {
        var two = LocalTime.of(2, 0);

        assertThatThrownBy(() -> new MaintenanceWindow(two, LocalTime.of(6, 0), ZoneOffset.UTC))
                .hasMessageContaining("'Z' is not a time zone");
        assertThatThrownBy(() -> new MaintenanceWindow(two.plusSeconds(1), LocalTime.of(6, 0), ZoneId.of("UTC")))
                .hasMessageContaining("not at 02:00:01");
    }

    /** The form in which a window goes through a workflow's history or the ledger. */
    record Carrier(MaintenanceWindow window, Opening opening) {}

    private static final Carrier CARRIER = new Carrier(
            MaintenanceWindow.of("23:00-03:00 America/Sao_Paulo"),
            new Opening(Instant.parse("2026-07-02T02:00:00Z"), Instant.parse("2026-07-02T06:00:00Z")));

    @Test
    void goes_through_a_workflows_history_and_comes_back() {
        var converter = DefaultDataConverter.STANDARD_INSTANCE;

        var payload = converter.toPayload(CARRIER).orElseThrow();

        assertThat(payload.getData().toStringUtf8()).contains("\"window\":\"23:00-03:00 America/Sao_Paulo\"");
        assertThat(converter.fromPayload(payload, Carrier.class, Carrier.class)).isEqualTo(CARRIER);
    }

    @Test
    void goes_through_plain_json_and_comes_back() throws JsonProcessingException {
        var json = JsonMapper.builder().addModule(new JavaTimeModule()).build();

        assertThat(json.readValue(json.writeValueAsString(CARRIER), Carrier.class))
                .isEqualTo(CARRIER);
    }

    @Test
    void json_that_is_no_window_is_refused() {
        var json = JsonMapper.builder().addModule(new JavaTimeModule()).build();

        assertThatThrownBy(() -> json.readValue("\"02:00-08:00 UTC\"", MaintenanceWindow.class))
                .hasMessageContaining("has 6 hours");
    }

    private static Opening opening(String opens, String closes) {
        return new Opening(Instant.parse(opens), Instant.parse(closes));
    }
}

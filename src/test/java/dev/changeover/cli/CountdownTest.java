package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an upgrade acts, as people read it. */
class CountdownTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String UPGRADE = """
            {"phase": "WAITING", "expected_at": null, "nodes": [],
             "schedule": {"window": "02:00-06:00 UTC", "opens": "2026-07-16T02:00:00+0000",
                          "closes": "2026-07-16T06:00:00+0000", "started_now": false}}
            """;

    private static String said(String upgrade, String now, ZoneId here) throws JsonProcessingException {
        return String.join("; ", Countdown.of(Json.read(upgrade), Instant.parse(now), here));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-07-15T22:48:00.5Z | window 02:00-06:00 UTC: opens in 3 h 12 min, at Thu 2026-07-16 02:00 UTC
            2026-07-16T01:58:50Z   | window 02:00-06:00 UTC: opens in 1 min 10 s, at Thu 2026-07-16 02:00 UTC
            2026-07-16T01:59:59.9Z | window 02:00-06:00 UTC: opens in 1 s, at Thu 2026-07-16 02:00 UTC
            2026-07-16T02:00:00Z   | window 02:00-06:00 UTC: open for another 4 h, until Thu 2026-07-16 06:00 UTC
            2026-07-16T05:59:59Z   | window 02:00-06:00 UTC: open for another 1 s, until Thu 2026-07-16 06:00 UTC
            2026-07-16T06:00:00Z   | window 02:00-06:00 UTC: closed since Thu 2026-07-16 06:00 UTC
            """)
    void it_counts_down_to_the_opening_and_then_to_its_end(String now, String words) throws JsonProcessingException {
        assertThat(said(UPGRADE, now, ZoneOffset.UTC)).isEqualTo(words);
    }

    @Test
    void a_reader_elsewhere_has_his_own_clock_and_utc() throws JsonProcessingException {
        assertThat(said(UPGRADE, "2026-07-16T01:00:00Z", BERLIN))
                .isEqualTo("window 02:00-06:00 UTC: opens in 1 h, "
                        + "at Thu 2026-07-16 04:00 Europe/Berlin (2026-07-16T02:00:00Z)");
        assertThat(said(UPGRADE.replace("02:00:00+", "02:00:40+"), "2026-07-16T01:00:40Z", BERLIN))
                .endsWith("opens in 1 h, at Thu 2026-07-16 04:00:40 Europe/Berlin (2026-07-16T02:00:40Z)");
    }

    @Test
    void the_completion_mark_is_told_once_it_is_known() throws JsonProcessingException {
        var known = UPGRADE.replace("\"expected_at\": null", "\"expected_at\": \"2026-07-16T02:03:10+0000\"")
                .replace("WAITING", "NODES");

        assertThat(said(known, "2026-07-16T02:01:00Z", ZoneOffset.UTC))
                .endsWith("; every node serves in about 2 min 10 s, at Thu 2026-07-16 02:03:10 UTC");
        assertThat(said(known, "2026-07-16T02:03:10Z", ZoneOffset.UTC)).endsWith("; every node serves at any moment");
    }

    @Test
    void started_now_it_waits_for_nothing_but_the_closing_of_sessions() throws JsonProcessingException {
        var lifted = UPGRADE.replace("\"started_now\": false", "\"started_now\": true");
        var retiring = lifted.replace("WAITING", "RETIRING").replace("\"nodes\": []", """
                "nodes": [
                  {"retirement": {"opening": {"opens": "2026-07-17T02:00:00+0000", "closes": "2026-07-17T06:00:00+0000"}}},
                  {"retirement": {"opening": {"opens": "2026-07-16T02:00:00+0000", "closes": "2026-07-16T06:00:00+0000"}}},
                  {"retirement": {"opening": null}}, {"retirement": null}]
                """);

        assertThat(said(lifted, "2026-07-16T01:00:00Z", ZoneOffset.UTC))
                .isEqualTo("started now: the nodes wait for no window; closing old sessions does");
        assertThat(said(retiring, "2026-07-16T01:00:00Z", ZoneOffset.UTC))
                .isEqualTo("old sessions are closed in the window only: opens in 1 h, at Thu 2026-07-16 02:00 UTC");
    }

    @Test
    void upon_submission_and_afterwards_there_is_nothing_to_say() throws JsonProcessingException {
        assertThat(said("{\"phase\":\"NODES\",\"schedule\":null}", "2026-07-16T01:00:00Z", BERLIN))
                .isEmpty();
        assertThat(said(UPGRADE.replace("WAITING", "ENDED"), "2026-07-16T01:00:00Z", BERLIN))
                .isEmpty();
        assertThat(said("{\"phase\":\"WAITING\",\"schedule\":{\"opens\":\"soon\"}}", "2026-07-16T01:00:00Z", BERLIN))
                .isEmpty();
    }
}

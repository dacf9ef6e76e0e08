package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The answers are those of HAProxy 3.0.0, which is in no distribution any more. */
class SessionAgesTest {
    private static final String LISTING = """
            0x55dceca2a470: proto=tcpv4 src=127.0.0.1:47068 fe=mysql be=mysql srv=db1 ts=00 epoch=0 age=20828d14h calls=2 rate=0
            0x55dceca2b580: proto=tcpv4 src=127.0.0.1:47070 fe=mysql be=mysql srv=db1 ts=00 epoch=0 age=20828d14h calls=2 rate=0
            0x55dcecb7ed50: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 age=0s calls=1 rate=0

            """;
    private static final String DETAILS = """
            0x55dceca2a470: [29/Nov/2026:10:02:34.298041] id=0 proto=tcpv4 source=127.0.0.1:47068
              flags=0x4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x5560cb86d9d0, pend_pos=(nil) waiting=0
              frontend=mysql (id=2 mode=tcp), listener=? (id=1) addr=127.0.0.1:29006
              backend=mysql (id=2 mode=tcp) addr=127.0.0.1:39870
              task=0x5560cb768ed0 (state=0x00 nice=0 calls=2 rate=0 exp=3s tid=0(1/0) age=20828d14h)
            0x55dceca2b580: [29/Nov/2026:10:02:34.999999] id=1 proto=tcpv4 source=127.0.0.1:PORT
              frontend=mysql (id=2 mode=tcp), listener=? (id=1) addr=127.0.0.1:29006
            0x55dcecb7ed50: [30/Nov/2026:11:02:35.798245] id=2 proto=unix_stream source=unix:1
              flags=0x8, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=(nil) waiting=0
              frontend=GLOBAL (id=0 mode=tcp), listener=? (id=1) addr=unix:1
            """;

    @Test
    void an_age_that_no_session_can_have_is_taken_from_the_date_at_which_it_began() {
        assertThat(clients("Uptime_sec: 600000", DETAILS.replace("PORT", "47070")))
                .extracting(Session::age)
                .containsExactly(
                        Duration.ofHours(25).plusMillis(1500).plusNanos(204_000),
                        Duration.ofHours(25).plusNanos(798_246_000));
    }

    @Test
    void no_session_is_taken_for_older_than_its_worker() {
        assertThat(clients("Uptime_sec: 7", DETAILS.replace("PORT", "47070")))
                .extracting(Session::age)
                .containsOnly(Duration.ofSeconds(7));
    }

    @Test
    void a_session_whose_date_nobody_knows_has_no_age() {
        assertThat(clients("Uptime_sec: 600000", DETAILS.replace("PORT", "47099")))
                .extracting(Session::age)
                .contains(Duration.ZERO);
        assertThat(clients("Uptime_sec: 600000", DETAILS.replace("=GLOBAL ", "=other ")))
                .extracting(Session::age)
                .containsOnly(Duration.ZERO);
    }

    @Test
    void an_age_that_a_session_can_have_stands() {
        assertThat(clients("Uptime_sec: 1799625600", DETAILS))
                .extracting(Session::age)
                .containsOnly(Duration.ofDays(20828).plusHours(14));
    }

    @Test
    void a_connection_that_was_opened_long_ago_asks_now() {
        assertThat(clients("Uptime_sec: 600000", DETAILS.replace("PORT", "47070"), Duration.ofHours(3)))
                .extracting(Session::age)
                .contains(Duration.ofHours(28).plusNanos(798_246_000));
    }

    private static List<Session> clients(String info, String details) {
        return clients(info, details, Duration.ZERO);
    }

    private static List<Session> clients(String info, String details, Duration sinceAsker) {
        var answers =
                Map.of("show sess", LISTING, "show info", "Name: HAProxy\n" + info + "\n", "show sess all", details);
        var sessions = new ArrayList<Session>();
        try {
            sessions.addAll(new RuntimeApi(new Recorded(answers, sinceAsker), 1).sessions());
        } catch (UnansweredException impossible) {
            throw new AssertionError(impossible);
        }
        sessions.removeIf(session -> session.frontend().equals("GLOBAL"));
        return sessions;
    }

    /** HAProxy, as it answered. */
    private record Recorded(Map<String, String> answers, Duration age) implements RuntimeChannel {
        @Override
        public Answer ask(String command, Consumer<String> line) {
            answers.getOrDefault(command, "").lines().forEach(line);
            return new Answer.Text("");
        }

        @Override
        public String name() {
            return "a recording";
        }
    }
}

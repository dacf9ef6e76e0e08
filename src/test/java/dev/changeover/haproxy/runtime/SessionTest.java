package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {

    @ParameterizedTest
    @CsvSource({"0s, PT0S", "3s, PT3S", "5m12s, PT5M12S", "23h59m, PT23H59M", "1d, P1D", "1d1h, PT25H", "40d3h, PT963H"
    })
    void ages_have_at_most_two_units(String written, Duration age) {
        assertThat(Session.age(written)).isEqualTo(age);
    }

    @Test
    void reads_a_line_and_skips_what_is_no_clients_session() {
        var listing = """
                0x55a8a8b64c00: proto=tcpv4 src=127.0.0.1:57176 fe=mysql be=db srv=db1 ts=00 epoch=0 age=1d2h calls=2 rate=0 cpu=0
                0x55a8a8b64d00: proto=? ts=00 epoch=0 age=2d3h calls=1 rate=0 cpu=0 lat=0 rq[f=0h,i=0,an=00h]
                0x55a8a8c954b0: proto=sockpair src=unix:2 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 age=0s calls=1 rate=3 cpu=0

                """;

        assertThat(listing.lines().map(Session::parse).flatMap(Optional::stream))
                .containsExactly(
                        new Session("0x55a8a8b64c00", "127.0.0.1:57176", "mysql", Duration.ofHours(26), true),
                        new Session("0x55a8a8c954b0", "unix:2", "GLOBAL", Duration.ZERO, false));
    }

    @Test
    void the_details_tell_one_session_from_all_others_and_lead_to_its_row_in_the_process_list() {
        var details = """
                0x55a8a8b64c00: [23/Nov/2026:01:44:32.673015] id=2 proto=tcpv4 source=127.0.0.1:57176
                  frontend=mysql (id=1 mode=tcp), listener=? (id=1) addr=127.0.0.1:23400
                  backend=db (id=2 mode=tcp) addr=127.0.0.1:45988
                  server=db1 (id=1) addr=127.0.0.1:23306
                """;

        assertThat(SessionDetails.parse(details))
                .contains(new SessionDetails("127.0.0.1:57176", 2, "127.0.0.1:45988", "127.0.0.1:23306"));
        assertThat(SessionDetails.parse("Session not found.\n")).isEmpty();
    }

    @Test
    void a_session_without_its_database_has_no_address_towards_it_yet() {
        var details = """
                0x55a8a8b64c00: [23/Nov/2026:01:44:32.673015] id=2 proto=tcpv4 source=127.0.0.1:57176
                  frontend=mysql (id=1 mode=tcp), listener=? (id=1) addr=127.0.0.1:23400
                  backend=db (id=2 mode=tcp)
                  server=<none> (id=-1)
                """;

        assertThat(SessionDetails.parse(details)).hasValueSatisfying(found -> {
            assertThat(found.from()).isEmpty();
            assertThat(found.to()).isEmpty();
        });
    }
}

package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Connections of clients that take their time, on a server that has little of it. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = "changeover.http.head", value = "1s")
@Property(name = "changeover.http.body", value = "1500ms")
@Property(name = "changeover.http.idle", value = "2s")
@Property(name = "changeover.http.connections", value = "20")
class RequestTimeoutsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Calls call;
    private final FakeUpgrades upgrades;
    private final URI server;
    private final String token;

    RequestTimeoutsTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
        this.server = scene.server;
        this.token = scene.token;
    }

    @Test
    void headers_that_trickle_in_end_the_connection() {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /health HTTP/1.1\nHost: h\nX-Slow: ");

            await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> !raw.trickle("a"));
        }
    }

    @Test
    void a_body_that_trickles_in_ends_the_connection() {
        try (var raw = RawConnection.to(server)) {
            raw.send("POST /v3/login HTTP/1.1\nHost: h\nContent-Type: application/json\nContent-Length: 5000\n\n{");

            await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> !raw.trickle(" "));
        }
    }

    @Test
    void a_connection_that_says_nothing_ends() {
        try (var silent = RawConnection.to(server);
                var kept = RawConnection.to(server)) {
            kept.send("GET /health HTTP/1.1\nHost: h\n\n").until("}");

            assertThat(silent.untilClosed(SOON)).isEmpty();
            kept.untilClosed(SOON);
        }
    }

    @Test
    void a_connection_that_never_asks_ends_before_one_that_has_asked() {
        try (var silent = RawConnection.to(server);
                var kept = RawConnection.to(server)) {
            kept.send("GET /health HTTP/1.1\nHost: h\n\n").until("}");

            assertThat(silent.closedWithin(Duration.ofMillis(1_500))).isTrue();
            assertThat(kept.trickle("GET /health HTTP/1.1\r\nHost: h\r\n\r\n")).isTrue();
            assertThat(kept.until("\"UP\"")).contains("200");
        }
    }

    @Test
    void a_connection_that_is_used_stays() {
        try (var raw = RawConnection.to(server)) {
            var asked = new ArrayList<String>();

            await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> {
                asked.add(raw.send("GET /health HTTP/1.1\nHost: h\n\n").until("\"UP\""));
                return asked.size() == 8;
            });
        }
    }

    @Test
    void requests_sent_at_once_are_answered_in_turn() {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /health HTTP/1.1\nHost: h\n\nGET /nowhere HTTP/1.1\nHost: h\nConnection: close\n\n");

            assertThat(raw.untilClosed(SOON)).containsSubsequence("\"UP\"", "DBS.290013");
        }
    }

    @Test
    void a_stream_of_events_lives_on() {
        var jobId = call.submit();
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /v3/p-1/upgrades/%s/events HTTP/1.1\nHost: h\nX-Auth-Token: %s\n\n".formatted(jobId, token));
            upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
            raw.until("ADMITTED");

            await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> true);
            upgrades.happens(jobId, 2, "ENDED", Phase.ENDED, Outcome.DONE);

            raw.until("ENDED");
        }
    }

    @Test
    void too_many_connections_are_closed_at_once_and_room_is_made_again() {
        var open = new ArrayList<RawConnection>();
        try {
            IntStream.range(0, 40).forEach(i -> open.add(RawConnection.to(server)));

            assertThat(refused(open)).isGreaterThanOrEqualTo(20);
        } finally {
            open.forEach(RawConnection::close);
        }
        await().atMost(SOON).until(() -> {
            try (var raw = RawConnection.to(server)) {
                return raw.trickle("GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                        && raw.untilClosed(SOON).contains("UP");
            }
        });
    }

    /** Closed long before the time of those that say nothing is over. */
    private static long refused(List<RawConnection> open) {
        return open.stream()
                .filter(raw -> raw.closedWithin(Duration.ofMillis(20)))
                .count();
    }
}

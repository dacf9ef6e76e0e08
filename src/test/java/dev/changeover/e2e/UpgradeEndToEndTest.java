package dev.changeover.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.ShortConnections;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The promise, held against real processes: server, agents, Temporal, HAProxy and MariaDB under load. Each test has an
 * installation of its own; those that look closest at what clients notice take turns, the others run beside them.
 */
@Order(1)
class UpgradeEndToEndTest {
    static final String LOAD = "load that is measured";
    static final int PER_SECOND = 300;
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(300);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration A_LITTLE = Duration.ofSeconds(3);
    private static final DateTimeFormatter PUBLISHED = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx");

    @Test
    @ResourceLock(LOAD)
    void fails_no_connection_and_closes_exactly_the_sessions_over_age() throws Exception {
        var ageLimit = Duration.ofSeconds(40);
        try (var here = new Installation(ageLimit);
                var veterans = clients(here, 20)) {
            var opened = Instant.now();
            try (var shorts = ShortConnections.start(here.addresses(), here.database.app(), PER_SECOND)) {
                until(opened.plusSeconds(12));
                try (var youngsters = clients(here, 30);
                        var clock = Executors.newSingleThreadScheduledExecutor()) {
                    var leave = ageLimit.minusSeconds(4);
                    clock.schedule(youngsters::close, leave.toMillis(), TimeUnit.MILLISECONDS);

                    var jobId = accepted(here);
                    awaitPhase(here, jobId, "ENDED", Duration.ofMinutes(5));

                    assertThat(youngsters.ended()).isEmpty();
                }
                shorts.close();
                assertThat(shorts.total().reasons()).isEmpty();
                assertThat(shorts.total().failed()).isZero();
                assertThat(shorts.total().connections()).isGreaterThan(PER_SECOND * 30L);
            }
            assertThat(veterans.ended())
                    .hasSize(20)
                    .allSatisfy(
                            session -> assertThat(session.ageAt(Instant.now())).isGreaterThanOrEqualTo(ageLimit));
            here.addresses()
                    .forEach(address -> assertThat(gaps(veterans, address))
                            .isNotEmpty()
                            .allSatisfy(gap -> assertThat(gap).isGreaterThan(PACE.minusMillis(300))));
            assertOnlyTheTargetRuns(here);
        }
    }

    @Test
    @ResourceLock(LOAD)
    void survives_the_death_of_server_agent_and_temporal_in_the_middle() throws Exception {
        try (var here = new Installation(Duration.ofHours(24));
                var sessions = clients(here, 50);
                var shorts = ShortConnections.start(here.addresses(), here.database.app(), PER_SECOND)) {
            var jobId = accepted(here);
            awaitStep(here, jobId, "n2", "HANDING_OVER");
            here.agent("n2").kill();
            here.killTemporal();
            here.killServer();
            here.startAgent("n2");
            here.startServer();

            awaitPhase(here, jobId, "RETIRING", Duration.ofMinutes(5));

            assertThat(sessions.alive()).isEqualTo(50);
            sessions.close();
            awaitPhase(here, jobId, "ENDED", Duration.ofMinutes(5));
            shorts.close();
            assertThat(shorts.total().reasons()).isEmpty();
            assertThat(sessions.ended()).isEmpty();
            assertOnlyTheTargetRuns(here);
        }
    }

    @Test
    void waits_for_the_opening_of_its_window() throws Exception {
        var ageLimit = Duration.ofSeconds(30);
        try (var here = new Installation(ageLimit, Duration.ofSeconds(5));
                var veterans = clients(here, 9);
                var shorts = ShortConnections.start(here.addresses(), here.database.app(), PER_SECOND)) {
            var hour = thisHour();
            here.window(hour.plusHours(6), hour.plusHours(7));
            var jobId = Installation.accepted(here.upgrade(true));
            assertThat(opening(here, jobId)).isEqualTo(hour.plusHours(6).toInstant());
            here.window(hour.minusHours(1), hour.plusHours(3));
            assertThat(opening(here, jobId)).isEqualTo(hour.plusHours(6).toInstant());

            var start = Instant.now().plusSeconds(30).truncatedTo(ChronoUnit.SECONDS);
            assertThat(here.cli("reschedule", jobId, "--at", start.toString(), "--reason", "tonight is too late"))
                    .isZero();
            assertThat(opening(here, jobId)).isEqualTo(start);
            await("nothing happens before the opening")
                    .during(Duration.between(Instant.now(), start.minusSeconds(1)))
                    .atMost(Duration.ofSeconds(50))
                    .until(() -> isUntouched(here));

            awaitStep(here, jobId, "n2", "SERVING");
            var firstDone = Instant.now();
            var expected = at(here.view(jobId), "expected_at");
            awaitPhase(here, jobId, "ENDED", Duration.ofMinutes(3));
            shorts.close();

            var handedOver = firstHandover(here.report(jobId));
            assertThat(handedOver).isBetween(start, start.plusSeconds(60));
            var served = at(here.view(jobId), "serving_at");
            var rest = Duration.between(firstDone, served);
            var likeTheFirst = Duration.between(handedOver, firstDone).multipliedBy(Installation.NODES.size() - 1);
            var fifth = rest.dividedBy(5);
            assertThat(Duration.between(expected, served).abs())
                    .as(
                            "expected at %s, with the first node done at %s; served at %s; all like the first one: %s",
                            expected, firstDone, served, likeTheFirst)
                    .isLessThanOrEqualTo((fifth.compareTo(A_LITTLE) > 0 ? fifth : A_LITTLE)
                            .plus(likeTheFirst.minus(rest).abs()));
            assertThat(shorts.total().reasons()).isEmpty();
            assertThat(shorts.total().failed()).isZero();
            assertThat(veterans.ended())
                    .hasSize(9)
                    .allSatisfy(
                            session -> assertThat(session.ageAt(Instant.now())).isGreaterThanOrEqualTo(ageLimit));
            assertOnlyTheTargetRuns(here);
        }
    }

    /** At the most, between the ends of a node's sessions, however late this machine hears of them: each keeps its own pace. */
    private static List<Duration> gaps(PersistentClients clients, InetSocketAddress address) {
        var ends = clients.ended().stream()
                .filter(session -> session.address().equals(address))
                .map(session -> requireNonNull(session.end()))
                .sorted(Comparator.comparing(PersistentClients.End::alive))
                .toList();
        return IntStream.range(1, ends.size())
                .mapToObj(next -> Duration.between(
                        ends.get(next - 1).alive(), ends.get(next).at()))
                .toList();
    }

    static ZonedDateTime thisHour() {
        return ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS);
    }

    private static boolean isUntouched(Installation here) throws IOException, InterruptedException {
        var proxy = here.get("/v3/proxies/px-1").path("proxy");
        return proxy.path("status").asText().equals("NORMAL")
                && Installation.NODES.stream()
                        .allMatch(node -> here.generations(node).size() == 1
                                && here.serving(node)
                                        .orElseThrow()
                                        .version()
                                        .equals(here.kernels.older().reportedVersion()));
    }

    private static Instant opening(Installation here, String jobId) throws IOException, InterruptedException {
        return at(here.view(jobId).path("schedule"), "opens");
    }

    private static Instant firstHandover(JsonNode report) {
        for (var event : report.path("events")) {
            if (event.path("kind").asText().equals("HANDING_OVER")) {
                return at(event, "at");
            }
        }
        throw new AssertionError("no handover in " + report);
    }

    private static Instant at(JsonNode object, String field) {
        return OffsetDateTime.parse(object.path(field).asText(), PUBLISHED).toInstant();
    }

    static PersistentClients clients(Installation here, int count) throws IOException {
        return PersistentClients.open(here.addresses(), here.database.app(), count, SIGN_OF_LIFE);
    }

    static String accepted(Installation here) throws IOException, InterruptedException {
        return Installation.accepted(here.upgrade());
    }

    static void assertOnlyTheTargetRuns(Installation here) {
        for (var node : Installation.NODES) {
            assertThat(here.generations(node)).singleElement().satisfies(generation -> {
                assertThat(generation.version()).isEqualTo(here.kernels.newer().reportedVersion());
                assertThat(generation.stopping()).isFalse();
            });
        }
    }

    static void awaitPhase(Installation here, String jobId, String phase, Duration atMost) {
        await("phase " + phase)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> here.view(jobId).path("phase").asText().equals(phase));
    }

    private static void awaitStep(Installation here, String jobId, String node, String step) {
        Callable<Boolean> there = () -> {
            for (var each : here.view(jobId).path("nodes")) {
                if (each.path("node_id").asText().equals(node)
                        && each.path("step").asText().equals(step)) {
                    return true;
                }
            }
            return false;
        };
        await(node + " is " + step)
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(there);
    }

    static void until(Instant moment) {
        await("the clock")
                .atMost(Duration.ofMinutes(2))
                .until(() -> Instant.now().isAfter(moment));
    }
}

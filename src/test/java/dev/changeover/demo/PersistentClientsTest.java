package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.PersistentClients.How;
import dev.changeover.demo.PersistentClients.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class PersistentClientsTest {

    @Test
    void each_session_can_be_found_in_the_servers_list_by_its_port() throws IOException {
        var database = RealParts.mariaDb();
        try (var clients = ClientsTest.persistent(database.address(), database.app(), 3)) {
            for (Session session : clients.sessions()) {
                assertThat(idOf(database, session)).isNotEmpty();
                assertThat(session.isAlive()).isTrue();
                assertThat(session.address()).isEqualTo(database.address());
                assertThat(session.ageAt(Instant.now())).isPositive().isLessThan(Duration.ofMinutes(1));
            }
            assertThat(clients.alive()).isEqualTo(3);
        }
    }

    @Test
    void a_session_that_is_killed_is_missed_at_once_and_no_other() throws IOException {
        var database = RealParts.mariaDb();
        try (var clients = ClientsTest.persistent(database.address(), database.app(), 5)) {
            Session victim = clients.sessions().get(2);
            Instant before = Instant.now();

            database.ask("kill " + idOf(database, victim));

            await().until(() -> clients.alive() == 4);
            Session ended = clients.ended().getFirst();
            assertThat(clients.ended()).hasSize(1);
            assertThat(ended.number()).isEqualTo(2);
            assertThat(ended.end()).satisfies(end -> {
                assertThat(end.how()).isIn(How.CLOSED, How.REFUSED, How.RESET);
                assertThat(end.at()).isBetween(before, before.plusSeconds(30));
                assertThat(end.alive()).isBetween(ended.since(), end.at());
                assertThat(end.words()).isNotBlank();
            });
        }
    }

    @Test
    void a_session_that_ended_younger_than_the_limit_was_cut_and_an_older_one_was_closed_by_age() throws IOException {
        var database = RealParts.mariaDb();
        try (var clients = ClientsTest.persistent(database.address(), database.app(), 3)) {
            database.ask("kill " + idOf(database, clients.sessions().getFirst()));
            await().until(() -> clients.alive() == 2);

            assertThat(clients.tally(Duration.ofHours(24))).isEqualTo(new DemoReport.Sessions(2, 0, 1));
            assertThat(clients.tally(Duration.ZERO)).isEqualTo(new DemoReport.Sessions(2, 1, 0));
        }
    }

    @Test
    void leaving_by_themselves_is_no_end_by_the_other_side() throws IOException {
        var database = FakeMySqlServer.start("the clients end here");
        var clients = ClientsTest.persistent(database.address(), database.app(), 10);

        clients.close();
        database.close();

        assertThat(clients.ended()).isEmpty();
    }

    @Test
    void opens_all_of_them_or_none() throws IOException {
        var database = FakeMySqlServer.start("it is about to go");
        var gone = database.address();
        database.close();

        assertThatThrownBy(() -> PersistentClients.open(List.of(gone), database.app(), 3, Duration.ofMillis(100)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("connect: Connection refused");
    }

    private static String idOf(MariaDb database, Session session) throws IOException {
        return database.ask(
                "select id from information_schema.processlist where host like '%:" + session.localPort() + "'");
    }
}

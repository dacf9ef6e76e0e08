package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.mysql.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients on both databases, and through a HAProxy that is treated badly: they must notice. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class ClientsTest {
    private static final Duration OFTEN = Duration.ofMillis(100);

    enum Kind {
        MARIA_DB,
        STAND_IN;

        Database start() throws IOException {
            return switch (this) {
                case MARIA_DB -> RealParts.ownMariaDb();
                case STAND_IN -> FakeMySqlServer.start("this test is about it");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_logs_in_asks_and_leaves(Kind kind) throws IOException {
        try (var database = kind.start();
                var client = MySqlConnection.open(database.address(), database.app(), Duration.ofMinutes(1))) {
            assertThat(client.query("select 1")).isEqualTo("1");
            assertThat(client.query("set @answer = 1")).isEmpty();
            client.ping();
            client.quit();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_quiet_run_is_no_faster_than_asked_and_fails_nothing(Kind kind) throws IOException {
        try (var database = kind.start()) {
            long begin = System.nanoTime();

            Traffic total = run(database, 1200);

            double perSecond = total.connections() / ((System.nanoTime() - begin) / 1e9);
            assertThat(total.failed()).as("%s", total.reasons()).isZero();
            assertThat(perSecond).isLessThan(620.0);
            assertThat(total.latency().p50())
                    .isPositive()
                    .isLessThanOrEqualTo(total.latency().p99());
        }
    }

    @Test
    void every_phase_has_its_own_figures_and_the_sum_has_all() throws IOException {
        try (var database = FakeMySqlServer.start("no database is asked anything")) {
            var clients = ShortConnections.start(List.of(database.address()), database.app(), 300);
            awaitConnections(clients, 100);

            clients.mark("during");
            await().until(() -> clients.of("during").connections() >= 100);
            clients.mark("before");
            clients.close();

            long before = clients.of("before").connections();
            long during = clients.of("during").connections();
            assertThat(before).isGreaterThanOrEqualTo(100);
            assertThat(clients.total().connections()).isEqualTo(before + during);
            assertThat(clients.of("never").connections()).isZero();
        }
    }

    @Test
    void stop_and_start_of_the_proxy_is_noticed_by_both_kinds_of_clients() throws Exception {
        var kernels = RealParts.kernels();
        var database = RealParts.mariaDb();
        try (var proxy = OneHaproxy.start(kernels.newer(), database.address());
                var staying = persistent(proxy.address(), database.app(), 20);
                var coming = ShortConnections.start(List.of(proxy.address()), database.app(), 600)) {
            awaitConnections(coming, 600);
            assertThat(coming.total().failed())
                    .as("%s", coming.total().reasons())
                    .isZero();
            coming.mark("during");

            proxy.stop();
            after(Duration.ofMillis(300));
            proxy.startAgain();

            await().until(() -> coming.of("during").connections() > 900);
            assertThat(coming.of("during").failed()).isGreaterThanOrEqualTo(50);
            assertThat(coming.of("during").reasons())
                    .anyMatch(reason -> reason.contains("connect: Connection refused"));
            await().until(() -> staying.alive() == 0);
            assertThat(staying.tally(Duration.ofHours(24))).isEqualTo(new DemoReport.Sessions(0, 0, 20));
        }
    }

    @Test
    void a_stall_shows_in_the_figures_of_all_who_had_to_wait() throws Exception {
        var kernels = RealParts.kernels();
        var database = RealParts.mariaDb();
        try (var proxy = OneHaproxy.start(kernels.newer(), database.address())) {
            var coming = ShortConnections.start(List.of(proxy.address()), database.app(), 300);
            awaitConnections(coming, 300);
            coming.mark("during");

            proxy.stall(Duration.ofMillis(600));
            awaitMoreThanAStall(coming);
            coming.close();

            Traffic during = coming.of("during");
            assertThat(during.failed()).as("%s", during.reasons()).isZero();
            assertThat(during.latency().max()).isGreaterThan(500);
            assertThat(during.latency().p50())
                    .as("half of them came during the stall")
                    .isGreaterThan(50);
        }
    }

    @Test
    void a_stall_of_the_clients_themselves_is_no_excuse() throws Exception {
        try (var database = FakeMySqlServer.start("nobody answers while every carrier thread is busy")) {
            var coming = ShortConnections.start(List.of(database.address()), database.app(), 300);
            awaitConnections(coming, 300);
            coming.mark("during");

            long end = System.nanoTime() + Duration.ofMillis(600).toNanos();
            for (int carrier = 0; carrier < Runtime.getRuntime().availableProcessors(); carrier++) {
                Thread.startVirtualThread(() -> {
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                });
            }
            awaitMoreThanAStall(coming);
            coming.close();

            assertThat(coming.of("during").latency().p50())
                    .as("half of them were meant to start during the stall")
                    .isGreaterThan(50);
        }
    }

    @Test
    void a_server_that_is_gone_is_told_with_the_step_and_the_port() throws IOException {
        InetSocketAddress gone;
        Login anybody;
        try (var database = FakeMySqlServer.start("it is about to go")) {
            gone = database.address();
            anybody = database.app();
        }

        try (var clients = ShortConnections.start(List.of(gone), anybody, 200)) {
            awaitConnections(clients, 100);

            Traffic total = clients.total();
            assertThat(total.failed()).isEqualTo(total.connections());
            assertThat(total.reasons())
                    .hasSize(20)
                    .allMatch(reason -> reason.endsWith("port " + gone.getPort() + ": connect: Connection refused"));
        }
    }

    static PersistentClients persistent(InetSocketAddress address, Login login, int count) throws IOException {
        return PersistentClients.open(List.of(address), login, count, OFTEN);
    }

    private static Traffic run(Database database, int connections) {
        var clients = ShortConnections.start(List.of(database.address()), database.app(), 600);
        awaitConnections(clients, connections);
        clients.close();
        return clients.total();
    }

    private static void awaitConnections(ShortConnections clients, int count) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofMinutes(1))
                .until(() -> clients.total().connections() >= count);
    }

    /**
     * Those of 600 ms and few others: were it many more by when this looks, most would have come after the stall, and the
     * median would say nothing.
     */
    private static void awaitMoreThanAStall(ShortConnections clients) {
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> clients.of("during").connections() >= 200);
    }

    /** The time a thing takes is what these tests are about. */
    private static void after(Duration time) throws Exception {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS))
                .get();
    }
}

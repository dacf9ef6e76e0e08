package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.configuration.HaproxyEnvironment;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.haproxy.runtime.SessionDetails;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** With real HAProxy processes in front of a real MariaDB. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class GenerationTest {

    private HaproxyHost host;

    @BeforeEach
    void host() throws IOException {
        host = new HaproxyHost();
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    @Test
    void a_program_says_which_version_it_is() throws Exception {
        assertThat(HaproxyHost.older().reportedVersion())
                .isEqualTo(RealParts.kernels().older().reportedVersion());
    }

    @Test
    void a_started_generation_says_what_it_runs() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());

        assertThat(live.version()).isEqualTo(RealParts.kernels().older().reportedVersion());
        assertThat(live.stopping()).isFalse();
        assertThat(live.number()).isEqualTo(1);
    }

    @Test
    void a_daemon_line_of_the_operator_does_not_make_the_tree_leave_us() throws Exception {
        var started = host.start(HaproxyHost.older(), Optional.empty());
        await().until(() -> host.run().generations().getLast() instanceof Generation.Live);

        started.kill();

        await().until(() -> host.processes().isEmpty());
        assertThat(host.run().generations()).singleElement().isInstanceOf(Generation.Dead.class);
    }

    @Test
    void the_next_generation_takes_over_the_very_same_socket() throws Exception {
        var old = host.startAndAwait(HaproxyHost.older(), Optional.empty());

        var next = host.startAndAwait(HaproxyHost.newer(), Optional.of(old.directory()));

        var sockets = ListeningSockets.now();
        assertThat(sockets.heldBy(next.worker()).get(host.address()))
                .hasSize(1)
                .isEqualTo(sockets.heldBy(old.worker()).get(host.address()));
    }

    @Test
    void a_start_without_handed_over_sockets_fails_and_the_old_one_never_notices() throws Exception {
        var old = host.startAndAwait(HaproxyHost.older(), Optional.empty());

        var lonely = host.start(HaproxyHost.newer(), Optional.empty());

        await().until(() -> !lonely.isAlive());
        assertThat(lonely.output()).contains("Address already in use");
        assertThat(Generation.observe(old.directory())).isEqualTo(old);
    }

    @Test
    void a_stopping_generation_keeps_its_sessions_until_they_end() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());
        var client = client();

        RuntimeApi.stopAccepting(live.master());

        await().until(() -> host.run().generations().getFirst() instanceof Generation.Live now && now.stopping());
        assertThat(live.api()
                        .statistics()
                        .find("mysql", "FRONTEND")
                        .orElseThrow()
                        .status())
                .isEqualTo("STOP");
        assertThat(live.api().sessions())
                .filteredOn(session -> session.frontend().equals("mysql"))
                .singleElement()
                .satisfies(session -> assertThat(session.source()).isEqualTo("127.0.0.1:" + client.getLocalPort()));
        client.close();
        await().until(() -> host.run().generations().getFirst() instanceof Generation.Dead);
        await().until(() -> !RunDirectory.isRunning(live.master()));
    }

    @Test
    void closes_one_session_and_only_when_it_is_still_the_same_client() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());
        try (var client = client()) {
            var session = live.api().sessions().stream()
                    .filter(candidate -> candidate.frontend().equals("mysql"))
                    .findFirst()
                    .orElseThrow();
            var details = live.api().details(session).orElseThrow();
            var reused = new SessionDetails(details.source(), details.number() + 1, details.from(), details.to());
            var otherClient = new SessionDetails("127.0.0.1:1", details.number(), details.from(), details.to());

            assertThat(details.number()).isPositive();
            assertThat(details.from()).isNotEmpty();
            assertThat(details.to())
                    .isEqualTo("127.0.0.1:" + RealParts.mariaDb().address().getPort());
            assertThat(live.api().shutdown(session, reused, () -> true)).isFalse();
            assertThat(live.api().shutdown(session, otherClient, () -> true)).isFalse();
            assertThat(live.api().shutdown(session, details, () -> false)).isFalse();
            assertThat(live.api().details(session)).contains(details);
            assertThat(live.api().shutdown(session, details, () -> true)).isTrue();

            client.setSoTimeout(60_000);
            while (client.getInputStream().read() >= 0) continue;
            await().until(() -> !live.api().shutdown(session, details, () -> true));
        }
    }

    @Test
    void a_server_taken_out_at_run_time_is_seen_and_can_be_taken_out_again() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());
        var fresh = live.api().servers().getFirst();

        for (var state : List.of("drain", "maint", "ready")) {
            var fields = new ArrayList<>(fresh.fields());
            fields.set(6, Map.of("ready", "0", "maint", "1", "drain", "8").get(state));
            var wanted = new ServerState(fields);
            live.api().set(wanted.commands(live.api().servers().getFirst(), false, Map.of()));

            assertThat(live.api().servers()).extracting(ServerState::state).containsExactly(state);
        }
    }

    @Test
    void one_that_does_not_answer_is_unknown_and_never_dead() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());
        ProgramRun.in(Path.of("/"), "/bin/kill", "-STOP", "" + live.master()).output();

        assertThat(Generation.observe(live.directory())).isInstanceOf(Generation.Unknown.class);

        ProgramRun.in(Path.of("/"), "/bin/kill", "-CONT", "" + live.master()).output();
        await().untilAsserted(
                        () -> assertThat(Generation.observe(live.directory())).isEqualTo(live));
        ProgramRun.in(Path.of("/"), "/bin/kill", "-STOP", "" + live.worker()).output();
        assertThat(Generation.observe(live.directory())).isInstanceOf(Generation.Unknown.class);
    }

    @Test
    void finds_the_orphan_whose_directory_somebody_removed() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());
        assertThat(host.run().orphans(host.run().generations())).isEmpty();

        RunDirectory.remove(live.directory());

        assertThat(host.run().orphans(host.run().generations()))
                .containsExactlyInAnyOrder(live.master(), live.worker());
    }

    @Test
    void inherits_nothing_of_our_environment() throws Exception {
        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());

        assertThat(ProcessTable.environment(live.worker()))
                .allMatch(entry -> entry.startsWith("HA_RUN=")
                        || entry.startsWith("LD_LIBRARY_PATH=")
                        || entry.startsWith("HAPROXY_"));
    }

    @Test
    void gets_the_variables_that_the_operator_names(@TempDir Path directory) throws Exception {
        var given = Map.of(
                "DB_HOST", "db1", "SECRET", "x", "HAPROXY_X", "y", HaproxyEnvironment.NAMES, "DB_HOST OTHER HAPROXY_X");
        var file = Files.writeString(
                directory.resolve("agent.env"),
                "# the unit's\nDB_HOST=\"db2 x\"\nSECRET=z\n%s=DB_HOST\n".formatted(HaproxyEnvironment.NAMES));

        assertThat(HaproxyEnvironment.of(given, file)).isEqualTo(Map.of("DB_HOST", "db1"));
        assertThat(HaproxyEnvironment.of(Map.of("PATH", "/bin"), file)).isEqualTo(Map.of("DB_HOST", "db2 x"));
        assertThat(HaproxyEnvironment.of(Map.of("PATH", "/bin"), directory.resolve("none")))
                .isEmpty();
    }

    @Test
    void names_who_listens_on_an_address() throws Exception {
        assertThat(ListeningSockets.now().listeners(List.of(host.address()))).isEmpty();

        var live = host.startAndAwait(HaproxyHost.older(), Optional.empty());

        assertThat(ListeningSockets.now().listeners(List.of(host.address())))
                .extracting(ListeningSockets.Listener::pid)
                .contains(live.worker());
    }

    @Test
    void a_generation_is_there_whole_or_not_at_all() throws Exception {
        var text = host.configuration(3306) + "# a long file\n".repeat(500_000);
        var configuration = OperatorConfiguration.parse(text);
        Files.createDirectories(host.run().path().resolve(".gen-new/left by a power failure"));
        var writing = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 10; i++) host.run().prepare(configuration, host.home());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        while (!writing.isDone()) {
            for (var directory : host.run().directories().reversed()) {
                assertThat(Files.size(directory.operatorConfiguration())).isEqualTo(text.length());
                assertThat(directory.ownConfiguration()).isNotEmptyFile();
            }
        }

        writing.join();
        assertThat(host.run().directories()).hasSize(10);
        assertThat(host.run().path().resolve(".gen-new")).doesNotExist();
    }

    @Test
    void the_program_judges_the_configuration() throws Exception {
        var good = host.run().prepare(OperatorConfiguration.parse(host.configuration(3306)), host.home());
        var bad = host.run()
                .prepare(
                        OperatorConfiguration.parse(
                                host.configuration(3306).replace("default_backend db", "default_backend nowhere")),
                        host.home());

        assertThat(HaproxyHost.older().refusal(good)).isEmpty();
        assertThat(HaproxyHost.older().refusal(bad)).get().asString().contains("nowhere");
    }

    private Socket client() throws IOException {
        var client = new Socket("127.0.0.1", host.port());
        // The greeting comes from the database, so the session is established on both sides.
        assertThat(client.getInputStream().read()).isPositive();
        return client;
    }
}

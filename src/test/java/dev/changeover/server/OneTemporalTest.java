package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.temporal.FreshTemporal;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import dev.changeover.upgrade.workflow.RealServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Its servers work on the shared server, where they would take tasks of scenes. */
@ResourceLock(RealServer.QUEUES)
class OneTemporalTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void a_ledger_is_no_longer_used_with_another_temporal_until_an_operator_moves_it() throws Exception {
        var first = external(RealTemporal.address());
        try (var server = ServerProcess.start(first)) {
            awaitReady(server);
        }
        try (var again = ServerProcess.start(first)) {
            awaitReady(again);
        }
        try (var other = FreshTemporal.in(directory.resolve("other"))) {
            var second = external(other.address());
            try (var server = ServerProcess.start(second)) {
                var sentence = inTime(server::awaitRefusal);

                assertThat(sentence).contains(RealTemporal.address(), other.address(), "changeover temporal move");
                assertThatThrownBy(() -> server.upgrades().plan("px-1"))
                        .isInstanceOf(TemporalUnavailable.class)
                        .hasMessage(sentence);
            }
            try (var server = ServerProcess.start(inProcess())) {
                assertThat(inTime(server::awaitRefusal)).contains("in this process");
            }

            assertThat(move(second, false)).contains(RealTemporal.address(), "Nothing was changed");
            assertThat(move(second, true)).contains("Done.");
            try (var server = ServerProcess.start(second)) {
                awaitReady(server);
            }
        }
        assertThat(move(first, false)).contains("Nothing was changed");
    }

    @Test
    void the_server_in_the_process_is_nobodys_home() throws Exception {
        try (var server = ServerProcess.start(inProcess())) {
            awaitReady(server);
        }

        assertThat(move(inProcess(), false)).contains("belongs to no Temporal");
    }

    @Test
    void a_move_that_finds_no_home_names_the_database_in_which_it_looked() {
        var said = move(with(Map.of()), false);

        assertThat(said)
                .contains("The ledger in jdbc:h2:file:%s/data/changeover belongs to no Temporal".formatted(directory))
                .contains("Is this not the servers' database?")
                .doesNotContain("TRACE_LEVEL_FILE");
    }

    private static void awaitReady(ServerProcess server) {
        var question = HttpRequest.newBuilder(server.api().resolve("/health/readiness"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> http.send(question, BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    private static String move(Map<String, Object> properties, boolean confirmed) {
        var said = new StringWriter();
        int exit = TemporalMove.of(confirmed, new PrintWriter(said, true), properties);
        assertThat(exit).isEqualTo(said.toString().contains("Nothing was changed") ? 1 : 0);
        return said.toString();
    }

    private Map<String, Object> external(String address) {
        return with(Map.of("changeover.temporal.mode", "EXTERNAL", "changeover.temporal.address", address));
    }

    private Map<String, Object> inProcess() {
        return with(Map.of("changeover.temporal.mode", "IN_PROCESS", "changeover.temporal.allow-in-process", true));
    }

    private Map<String, Object> with(Map<String, Object> temporal) {
        var all = new HashMap<String, Object>(temporal);
        all.put("changeover.data", directory.resolve("data").toString());
        all.put("changeover.port", 0);
        return all;
    }

    private static <T> T inTime(Callable<T> waiting) throws Exception {
        try (var one = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = one.submit(waiting);
            try {
                return answer.get(60, TimeUnit.SECONDS);
            } finally {
                answer.cancel(true);
            }
        }
    }
}

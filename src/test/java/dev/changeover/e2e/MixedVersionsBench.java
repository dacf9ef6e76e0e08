package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.database.TestDatabase;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.ShortConnections;
import dev.changeover.host.Loopback;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.api.history.v1.HistoryEvent;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The last release and this build at once, all processes of their own: on one database and one Temporal, with agents of
 * both, while an upgrade is under way and clients come and go.
 */
class MixedVersionsBench {
    private static final String EARLIER = "earlier.jar";
    private static final String HOW =
            "it needs the jar of an earlier version: -D" + EARLIER + "=FILE; 'git worktree add"
                    + " ../earlier v0.1.0', and in there 'mvn package -DskipTests', make target/changeover.jar; its version must be lower than this build's";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOAK = Duration.ofSeconds(25);
    private static final Duration GENEROUS = Duration.ofMinutes(4);
    private static final int SESSIONS = 15;
    private static final int PER_SECOND = 100;
    private static final String WINDOW = "/v3/p-1/instances/in-1/ops-window";

    private final long began = System.nanoTime();

    @Test
    void the_newer_server_takes_over_what_the_older_one_began_and_agents_of_both_go_on() throws Exception {
        assumeThat(System.getProperty(EARLIER)).as(HOW).isNotNull();
        var earlier = Path.of(System.getProperty(EARLIER));
        var older = version(earlier);
        var newer = version(Program.JAR);
        assertThat(Version.parse(older))
                .as("-D%s is older than %s", EARLIER, newer)
                .isLessThan(Version.parse(newer));
        try (var here = new Installation(Duration.ofHours(24), SOAK, List.of(), earlier, shared());
                var sessions = PersistentClients.open(
                        here.addresses(), here.database.app(), SESSIONS, Duration.ofMillis(300));
                var shorts = ShortConnections.start(here.addresses(), here.database.app(), PER_SECOND)) {
            replace(here, "n2", Program.JAR); // an agent that is newer than its server
            var job = Installation.accepted(here.upgrade());
            awaitStep(here, job, "n2", "WATCHING");
            said("%s handed n2 over, whose agent is %s".formatted(older, newer));

            here.from(Program.JAR);
            var port = Loopback.freePort();
            var beside = here.startServerBeside(port);
            try {
                var its = URI.create("http://127.0.0.1:" + port);
                await("the newer server is ready")
                        .atMost(GENEROUS)
                        .ignoreExceptions()
                        .until(() -> isUp(its));
                said(newer + " is ready");
                await("the older server stands aside").atMost(GENEROUS).until(() -> !here.isReady());
                said(older + " is DOWN");
                standsBy(here, job);

                awaitPhase(here, job, "RETIRING");
                said("every node serves, the last two by agents of " + older);
                assertThat(sessions.alive()).isEqualTo(SESSIONS);
                replace(here, "n3", Program.JAR);
                sessions.close();
                awaitPhase(here, job, "ENDED");
                said("the upgrade has ended");
                assertThat(here.view(job).path("outcome").asText()).isEqualTo("DONE");
                assertThat(identities(job).getFirst()).endsWith(" " + older);
                assertThat(identities(job).getLast()).endsWith(" " + newer);
            } finally {
                beside.terminate();
            }

            said(newer + " was stopped");
            await("the older server works again").atMost(GENEROUS).until(here::isReady);
            said(older + " works again");
            assertThat(change(here)).isEqualTo(200);
            shorts.close();
            said("%d short connections".formatted(shorts.total().connections()));
            assertThat(shorts.total().reasons()).isEmpty();
            assertThat(shorts.total().failed()).isZero();
            assertThat(sessions.ended()).isEmpty();
        }
    }

    /** Reads go on; what changes something is refused by every version that knows of it. */
    private void standsBy(Installation here, String job) throws IOException, InterruptedException {
        assertThat(here.view(job).path("phase").asText()).isEqualTo("NODES");
        var interfaceOfIt = here.send(HttpRequest.newBuilder(here.api().resolve("/openapi/changeover.yml")))
                .body();
        var answer = change(here);
        said("it answers %d to a change".formatted(answer));
        if (interfaceOfIt.contains("a newer server works on the database"))
            assertThat(answer).isEqualTo(503);
    }

    private static int change(Installation here) throws IOException, InterruptedException {
        return here.send(HttpRequest.newBuilder(here.api().resolve(WINDOW))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"start_time\":\"02:00\",\"end_time\":\"06:00\"}")))
                .statusCode();
    }

    private static void replace(Installation here, String node, Path jar) throws IOException {
        here.agent(node).terminate();
        here.from(jar);
        here.startAgent(node);
    }

    /** An empty database, and the tests' Temporal: neither ends with a server. */
    private static Map<String, String> shared() {
        var more = new HashMap<>(
                Map.of("CHANGEOVER_TEMPORAL_MODE", "EXTERNAL", "TEMPORAL_ADDRESS", RealTemporal.address()));
        TestDatabase.settings(TestDatabase.newPostgres("template1"))
                .forEach((name, value) ->
                        more.put(name.toUpperCase(Locale.ROOT).replace('.', '_'), String.valueOf(value)));
        return more;
    }

    private static String version(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        }
    }

    private static boolean isUp(URI server) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(HttpRequest.newBuilder(server.resolve("/health")).build(), BodyHandlers.ofString());
            return JSON.readTree(answer.body()).path("status").asText().equals("UP");
        }
    }

    /** Of the workers that did the upgrade's tasks, in order. */
    private static List<String> identities(String job) {
        return RealTemporal.client().fetchHistory(UpgradeWorkflow.idOf("px-1", job)).getEvents().stream()
                .filter(HistoryEvent::hasWorkflowTaskCompletedEventAttributes)
                .map(event -> event.getWorkflowTaskCompletedEventAttributes().getIdentity())
                .toList();
    }

    private static void awaitPhase(Installation here, String job, String phase) {
        awaiting(phase, () -> here.view(job).path("phase").asText().equals(phase));
    }

    private static void awaitStep(Installation here, String job, String node, String step) {
        awaiting(node + " " + step, () -> {
            for (JsonNode each : here.view(job).path("nodes")) {
                if (each.path("node_id").asText().equals(node)) {
                    return each.path("step").asText().equals(step);
                }
            }
            return false;
        });
    }

    private static void awaiting(String what, Callable<Boolean> there) {
        await(what)
                .atMost(GENEROUS)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(there);
    }

    private void said(String what) {
        System.out.printf("%6.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
    }
}

package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.cli.Commands;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeFault;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.temporal.FreshTemporal;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.workflow.EnrolledNodes;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.MaintenanceWindow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A server's PostgreSQL is put back to how it was, while upgrades go on in a real Temporal. */
class RestoreDrillTest {
    private static final Duration PATIENT = Duration.ofMinutes(6);
    private static final Duration LATER = Duration.ofMinutes(2);
    private static final List<String> PROXIES = List.of("a", "b", "c");

    private final ScriptedNodes nodes = new ScriptedNodes();

    /** Outlive the servers, and remember which orders they have seen. */
    private @Nullable EnrolledNodes agents;

    @TempDir
    Path directory = Path.of("");

    @AfterEach
    void end() {
        if (agents != null) agents.delete();
    }

    @Test
    void catches_up_with_what_the_dump_knew_and_repairs_what_it_did_not() throws Exception {
        try (var temporal = FreshTemporal.in(directory.resolve("temporal"))) {
            var live = TestDatabase.newPostgres("template1");
            String ended;
            String running;
            try (var server = start(temporal, live)) {
                register(server.inventory());
                ended = heldBetweenTheNodesOf("a", server);
                running = heldBetweenTheNodesOf("b", server);
            }

            var dump = TestDatabase.newPostgres(live);
            String unknown;
            try (var server = start(temporal, live)) {
                nodes.mend("a-n1 handOver");
                retry(server, ended);
                awaitTask(server, ended, task -> task.outcome() != null);
                for (int i = 0; i < 3; i++) heldAgain(server, running);
                unknown = heldBetweenTheNodesOf("c", server);
            }

            try (var server = start(temporal, TestDatabase.newPostgres(dump))) {
                // By itself: how an upgrade of the dump ended, and the next step of one that goes on.
                await().atMost(PATIENT).ignoreExceptions().until(() -> {
                    orphaned(server).look();
                    return "DONE".equals(task(server, ended).outcome());
                });
                assertThat(server.part(TaskLedger.class)
                                .events(ended, 0)
                                .getLast()
                                .kind())
                        .describedAs("what campaigns and contacts wait for")
                        .isEqualTo("ALL_SERVE");
                nodes.mend("b-n1 handOver");
                retry(server, running);
                awaitTask(server, running, task -> "DONE".equals(task.outcome()));
                assertThat(agents().refusals)
                        .describedAs("orders of a restored ledger")
                        .noneMatch(refusal -> refusal.toString().contains("STALE_ORDER"));

                // By an operator's word: what began after the dump.
                nodes.mend("c-n1 handOver");
                await().atMost(PATIENT)
                        .untilAsserted(() -> assertThat(repair(server, "--look"))
                                .contains(unknown, "the ledger does not know it", "c-n2: " + ScriptedNodes.NEW));
                await().atMost(PATIENT).until(() -> {
                    // Again where a busy machine gave no answer in time: the same job has the same successor.
                    repair(server, "--begin", unknown, "--reason", "restored from last night");
                    return begun(server, unknown).isPresent();
                });
                awaitTask(server, unknown, task -> task.status() == Task.Status.FAILED);
                awaitTask(server, begun(server, unknown).orElseThrow().jobId(), task -> "DONE".equals(task.outcome()));
                await().atMost(PATIENT)
                        .untilAsserted(() -> assertThat(repair(server)).contains("none: "));
                assertThat(nodes.deeds).containsOnlyOnce("c-n2 handOver", "c-n1 handOver");
            }
        }
    }

    @Test
    void refuses_another_key_file_than_the_databases_in_one_sentence_that_says_what_to_do() throws Exception {
        var data = directory.resolve("data");
        start(data, Map.of()).close();
        Files.move(data.resolve("secret.key"), directory.resolve("kept"));

        assertThatThrownBy(() -> start(data, Map.of()))
                .satisfies(refused -> assertThat(FailureSentence.in(refused))
                        .hasValueSatisfying(sentence -> assertThat(sentence)
                                .contains("secret.key", "put the file in its place", "CHANGEOVER_NEW_KEY=true")));
        start(data, Map.of("changeover.new-key", true)).close();
        start(data, Map.of()).close();
    }

    private static ServerProcess start(Path data, Map<String, Object> more) {
        var all = new HashMap<String, Object>(more);
        all.put("changeover.data", data.toString());
        all.put("changeover.port", 0);
        all.put("changeover.temporal.mode", "IN_PROCESS");
        all.put("changeover.temporal.allow-in-process", true);
        return ServerProcess.start(all);
    }

    private ServerProcess start(FreshTemporal temporal, String database) {
        var all = new HashMap<>(TestDatabase.settings(database));
        all.put("changeover.data", directory.resolve("server").toString());
        all.put("changeover.port", 0);
        all.put("changeover.upgrade.soak", "0s");
        all.put("changeover.temporal.mode", "EXTERNAL");
        all.put("changeover.temporal.address", temporal.address());
        var server = ServerProcess.start(all);
        var signer = server.part(OrderSigner.class);
        if (agents == null) {
            agents = new EnrolledNodes(nodes, signer, Clock.systemUTC());
        }
        // A node that is asked first by this server is enrolled by it: the one before has no database any more.
        agents.enrolWith(Optional.of(signer));
        PROXIES.stream()
                .flatMap(proxy -> Stream.of(proxy + "-n1", proxy + "-n2"))
                .forEach(node -> server.serve("node:" + node, agents()));
        return server;
    }

    private EnrolledNodes agents() {
        return Objects.requireNonNull(agents);
    }

    private static void register(Inventory inventory) {
        inventory.register(new Inventory.Fleet(
                List.of(new Project("p-1", "shop", "eu-de")),
                PROXIES.stream()
                        .map(id ->
                                new Instance("in-" + id, "p-1", id, Instance.Status.NORMAL, MaintenanceWindow.DEFAULT))
                        .toList(),
                PROXIES.stream().map(RestoreDrillTest::proxy).toList()));
        inventory.register(List.of(Scene.kernel(ScriptedNodes.OLD), Scene.kernel(ScriptedNodes.NEW)));
    }

    private static Proxy proxy(String id) {
        var nodes = List.of(
                Scene.node(id, id + "-n1", Node.Role.PRIMARY, ScriptedNodes.OLD),
                Scene.node(id, id + "-n2", Node.Role.STANDBY, ScriptedNodes.OLD));
        return new Proxy(id, "in-" + id, id, "127.0.0.1", 3306, Proxy.Mode.HA, "haproxy", Proxy.Status.NORMAL, nodes);
    }

    private String heldBetweenTheNodesOf(String proxy, ServerProcess server) {
        nodes.fail(proxy + "-n1 handOver", NodeFault.NOT_SAFE);
        var job = await().atMost(PATIENT)
                .ignoreException(Upgrades.TemporalUnavailable.class)
                .until(
                        () -> server.upgrades()
                                .submit(new Submission(
                                        "p-1",
                                        "in-" + proxy,
                                        proxy,
                                        ScriptedNodes.OLD,
                                        ScriptedNodes.NEW,
                                        false,
                                        "key-" + proxy,
                                        "body",
                                        "anna",
                                        false,
                                        null)),
                        Admission.Admitted.class::isInstance)
                .jobId();
        awaitHeld(server, job, 1);
        return job;
    }

    private static Task task(ServerProcess server, String job) {
        return server.part(TaskLedger.class).task(job).orElseThrow();
    }

    private static Optional<Task> begun(ServerProcess server, String unknown) {
        return server.part(TaskLedger.class).taskByKey("p-1", "repair:" + unknown);
    }

    /** As often as a busy machine needs to answer in time: said twice it is the same. */
    private static void retry(ServerProcess server, String job) {
        await().atMost(PATIENT)
                .ignoreException(Upgrades.TemporalUnavailable.class)
                .until(() -> {
                    server.upgrades().command(job, Command.RETRY, null, "mended", "olga");
                    return true;
                });
    }

    private static void heldAgain(ServerProcess server, String job) {
        var before = timesHeld(server, job);
        retry(server, job);
        awaitHeld(server, job, before + 1);
    }

    private static void awaitHeld(ServerProcess server, String job, long times) {
        await("job %s is held".formatted(job)).atMost(PATIENT).until(() -> timesHeld(server, job) >= times);
    }

    private static long timesHeld(ServerProcess server, String job) {
        return server.part(TaskLedger.class).events(job, 0).stream()
                .filter(event -> event.kind().equals("HELD"))
                .count();
    }

    private static boolean isHeld(ServerProcess server, String job) {
        return server.part(TaskLedger.class)
                .task(job)
                .map(Task::state)
                .filter("HELD"::equals)
                .isPresent();
    }

    /** Says retry where a node is held, as it is on a machine that is too busy to do a step in time. */
    private static void awaitTask(ServerProcess server, String job, Predicate<Task> there) {
        var ledger = server.part(TaskLedger.class);
        try {
            await("job " + job).atMost(PATIENT).until(() -> {
                if (ledger.task(job).filter(there).isPresent()) return true;
                if (isHeld(server, job)) retry(server, job);
                return false;
            });
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + "\n" + ledger.events(job, 0), late);
        }
    }

    /** A minute later than it is: what is younger may still be on its way. */
    private static OrphanedUpgrades orphaned(ServerProcess server) {
        return new OrphanedUpgrades(
                server.part(TemporalCalls.class),
                server.inventory(),
                server.part(TaskLedger.class),
                Clock.offset(Clock.systemUTC(), LATER));
    }

    /** As an operator types it. */
    private static String repair(ServerProcess server, String... words) throws Exception {
        var out = new StringWriter();
        var all = Stream.concat(
                        Stream.of("repair"),
                        Stream.concat(
                                Stream.of(words),
                                Stream.of("--server", server.api().toString(), "--token", token(server))))
                .toArray(String[]::new);
        Commands.addTo(new CommandLine(new Root()), Map.of(), all)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(all);
        return out.toString();
    }

    /** A program that has nothing but our commands. */
    @picocli.CommandLine.Command(name = "changeover")
    static final class Root {}

    private static String token(ServerProcess server) throws Exception {
        var secret = server.firstLogIn().orElseThrow().getFragment().replace("token=", "");
        var json = new JsonMapper();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(server.api().resolve("/v3/login"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("one_time_token", secret))))
                            .build(),
                    BodyHandlers.ofString());
            return json.readTree(answer.body()).path("token").asText();
        }
    }
}

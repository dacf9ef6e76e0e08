package dev.changeover.api;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static dev.changeover.bench.Page.ratio;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.upgrade.engine.BareWorkflow;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.runtime.server.EmbeddedServer;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How fast the REST interface answers programs, credentials and audit included. */
class ApiBench {
    private static final int NODES = 2;
    private static final int CALLERS = 8;
    private static final int A_TURN = 60;
    private static final int TURNS = 7;

    /** Until hardly anything is compiled any more. */
    private static final int WARM = 18;

    private static final List<String> READ = List.of(
            "/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version",
            "/v3/p-1/instances/i-1/proxy-list",
            "/v3/p-1/immediate-jobs",
            "/v3/p-1/scheduled-jobs?status=Pending");
    private static final int READS = 6_000;

    private record Pace(double perSecond, double p50, double p99) {
        static Pace of(long[] nanos, double seconds) {
            Arrays.sort(nanos);
            return new Pace(
                    nanos.length / seconds,
                    nanos[nanos.length / 2] / 1e6,
                    nanos[(int) Math.ceil(nanos.length * 0.99) - 1] / 1e6);
        }
    }

    private record Turn(Pace ours, Pace bare) {}

    private record Read(String call, Pace pace) {}

    @Test
    void accepts_and_answers_nearly_as_fast_as_what_stands_behind_it() throws Exception {
        var turns = new ArrayList<Turn>();
        var reads = new ArrayList<Read>();
        Map<String, Object> ownTemporal = Map.of(
                "changeover.temporal.mode",
                "EXTERNAL",
                "changeover.temporal.address",
                RealTemporal.address(),
                "changeover.upgrade.agent-pickup-timeout",
                BareWorkflow.Unanswered.ANSWER_TIMEOUT);
        try (var database = TestDatabase.postgres(ownTemporal);
                var server = database.getBean(EmbeddedServer.class).start()) {
            var bare = bareWorkers();
            try {
                var inventory = database.getBean(Inventory.class);
                inventory.register(Fleets.kernels());
                inventory.register(
                        new Inventory.Fleet(List.of(new Project("p-1", "shop", "eu-de")), instances(), proxies()));
                var call = Calls.to(server);
                for (int turn = 0; turn < WARM; turn++) {
                    turn(call, turn);
                }
                for (var path : READ) {
                    reads.add(new Read(path, reading(call, path)));
                }
                for (int turn = WARM; turn < WARM + TURNS; turn++) {
                    turns.add(turn(call, turn));
                }
            } finally {
                bare.shutdownNow();
            }
        }
        write(turns, reads);

        assertThat(reads).allSatisfy(read -> assertThat(read.pace().p99()).isLessThan(50));
    }

    private static Turn turn(Calls call, int turn) throws Exception {
        var first = turn * A_TURN;
        var ours = pace(A_TURN, number -> upgrade(call, first + number));
        allHaveEnded();
        var bare = pace(
                A_TURN, number -> BareWorkflow.admitted(RealTemporal.client(), "bare:api:" + (first + number), NODES));
        allHaveEnded();
        return new Turn(ours, bare);
    }

    private static Pace reading(Calls call, String path) throws Exception {
        IntConsumer one = number -> {
            var answer = call.get(path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        };
        pace(READS / 3, one);
        return pace(READS, one);
    }

    /** So many, a few callers at a time, each beginning the next one when it has its answer. */
    private static Pace pace(int many, IntConsumer one) throws Exception {
        var nanos = new long[many];
        var next = new AtomicInteger();
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            Callable<Integer> caller = () -> {
                for (int number = next.getAndIncrement(); number < many; number = next.getAndIncrement()) {
                    var asked = System.nanoTime();
                    one.accept(number);
                    nanos[number] = System.nanoTime() - asked;
                }
                return many;
            };
            for (Future<Integer> done : threads.invokeAll(
                    IntStream.range(0, CALLERS).mapToObj(number -> caller).toList())) {
                done.get();
            }
        }
        return Pace.of(nanos, (System.nanoTime() - began) / 1e9);
    }

    /** What the last turn left to be done does not fall into the next one. */
    private static void allHaveEnded() {
        var running = CountWorkflowExecutionsRequest.newBuilder()
                .setNamespace(RealTemporal.client().getOptions().getNamespace())
                .setQuery("ExecutionStatus = 'Running'")
                .build();
        var temporal = RealTemporal.client().getWorkflowServiceStubs().blockingStub();
        Awaitility.await("the turn's upgrades have ended")
                .atMost(Duration.ofMinutes(1))
                .until(() -> temporal.countWorkflowExecutions(running).getCount() == 0);
    }

    private static void upgrade(Calls call, int number) {
        var answer = call.post(
                "/v3/p-1/instances/i-%1$d/proxy/x-%1$d/upgrade-version".formatted(number),
                "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** Nobody looks after the nodes of either: both wait for their inspection. */
    private static WorkerFactory bareWorkers() {
        var factory = WorkerFactory.newInstance(RealTemporal.client());
        var central = factory.newWorker(BareWorkflow.QUEUE);
        central.registerWorkflowImplementationTypes(BareWorkflow.Unanswered.class);
        central.registerActivitiesImplementations(new BareWorkflow.Trivial());
        factory.start();
        return factory;
    }

    private static List<Instance> instances() {
        return IntStream.range(0, A_TURN * (WARM + TURNS))
                .mapToObj(number -> new Instance(
                        "i-" + number, "p-1", "orders " + number, Instance.Status.NORMAL, MaintenanceWindow.DEFAULT))
                .toList();
    }

    private static List<Proxy> proxies() {
        return IntStream.range(0, A_TURN * (WARM + TURNS))
                .mapToObj(number -> Fleets.proxy("x-" + number, "i-" + number))
                .toList();
    }

    private static void write(List<Turn> turns, List<Read> reads) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("upgrades accepted", "REST interface", "bare update-with-start", "ratio"));
        rows.add(row("a second", turns, Pace::perSecond));
        rows.add(row("p50, ms", turns, Pace::p50));
        rows.add(row("p99, ms", turns, Pace::p99));

        var calls = new ArrayList<List<String>>();
        calls.add(List.of("call", "a second", "p50 ms", "p99 ms"));
        reads.forEach(read -> calls.add(List.of(
                "`" + read.call() + "`",
                figure(read.pace().perSecond()),
                figure(read.pace().p50()),
                figure(read.pace().p99()))));

        Page.write(
                Page.Chapter.API,
                """
                Upgrades of proxies with %d nodes, accepted through the REST interface over HTTP with a token, ledger
                and audit on PostgreSQL, beside bare update-with-starts of a workflow with the same events in the same
                order and a word as payload, on the same development server. Nobody looks after the nodes, each of which
                has a queue of its own, so both kinds give up their inspection after %d s; what happens then is not
                measured: a turn begins when the upgrades of the last one have ended. %d callers each; they take turns
                of %d; figures are medians of %d turns, after %d turns and the calls below to warm up. The aims are a
                ratio of at least 0.8 for the pace and at most 1.5 for p99. Callers, server and worker share this
                machine.""".formatted(NODES, BareWorkflow.Unanswered.ANSWER_TIMEOUT.toSeconds(), CALLERS, A_TURN, TURNS, WARM),
                Page.table(rows),
                """
                Reading, %,d calls of each kind by the same %d callers, with a token. The aims are 500 a second and a
                p99 below 50 ms.""".formatted(READS, CALLERS),
                Page.table(calls));
    }

    private static List<String> row(String name, List<Turn> turns, ToDoubleFunction<Pace> of) {
        var ours = turns.stream().mapToDouble(turn -> of.applyAsDouble(turn.ours()));
        var bare = turns.stream().mapToDouble(turn -> of.applyAsDouble(turn.bare()));
        var ratios = turns.stream().mapToDouble(turn -> of.applyAsDouble(turn.ours()) / of.applyAsDouble(turn.bare()));
        return List.of(
                name, figure(median(ours.toArray())), figure(median(bare.toArray())), ratio(median(ratios.toArray())));
    }
}

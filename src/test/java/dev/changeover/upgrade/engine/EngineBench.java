package dev.changeover.upgrade.engine;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static dev.changeover.bench.Page.ratio;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.workflow.RealServer;
import dev.changeover.upgrade.workflow.Scenario;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.MaintenanceWindow;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What our workflow costs beside one that asks the same of Temporal and does nothing with it. */
class EngineBench {
    private static final int NODES = 3;
    private static final int AT_ONCE = 4;
    private static final int A_TURN = 12;
    private static final int TURNS = 4;

    private record Pace(double ours, double bare) {}

    @Test
    void upgrades_nearly_as_fast_as_a_workflow_that_does_nothing() throws Exception {
        var paces = new ArrayList<Pace>();
        int oursEvents;
        int bareEvents;
        try (var scene = new RealServer(NODES, Scenario.QUICK)) {
            var bare = bareWorkers(scene.client);
            try {
                // The first turn warms both up and is not counted.
                for (int turn = 0; turn <= TURNS; turn++) {
                    int first = turn * A_TURN;
                    register(scene, first);
                    var ours = perSecond(first, number -> upgrade(scene, number));
                    var none = perSecond(first, number -> bare(scene.client, number));
                    if (turn > 0) {
                        paces.add(new Pace(ours, none));
                    }
                }
                oursEvents = events(scene.client, scene.idOf(proxy(0)));
                bareEvents = events(scene.client, bareId(0));
            } finally {
                bare.shutdownNow();
            }
        }
        write(paces, oursEvents, bareEvents);

        assertThat(oursEvents).isLessThanOrEqualTo(50 + 30 * NODES);
        assertThat(bareEvents)
                .as("the same events, but for how workflow tasks fall together")
                .isBetween(oursEvents * 9 / 10, oursEvents * 11 / 10);
    }

    private static void write(List<Pace> paces, int oursEvents, int bareEvents) {
        var ours = median(paces.stream().mapToDouble(Pace::ours).toArray());
        var bare = median(paces.stream().mapToDouble(Pace::bare).toArray());
        var ratios =
                paces.stream().mapToDouble(pace -> pace.ours() / pace.bare()).toArray();
        Page.write(
                Page.Chapter.ENGINE,
                """
                Upgrades of %d nodes, %d at a time, with agents that answer at once, beside a bare workflow: as many
                activities, local activities, search-attribute changes and updates in the same order, with trivial
                bodies and a word as payload, on the same development server and workers of the same settings. They
                take turns of %d; figures are medians of %d turns after one to warm up. The aim is a ratio of at least
                0.8. The difference is our decisions, the progress that every record carries as JSON, and the runbook
                shown in the Web UI.""".formatted(NODES, AT_ONCE, A_TURN, TURNS),
                Page.table(List.of(
                        List.of("", "upgrade", "bare workflow", "ratio"),
                        List.of("a second", figure(ours), figure(bare), ratio(median(ratios))),
                        List.of(
                                "events in the history",
                                String.valueOf(oursEvents),
                                String.valueOf(bareEvents),
                                ratio((double) oursEvents / bareEvents)))),
                """
                A test holds the events of an upgrade without trouble to 50 + 30 × nodes, here %d. Ledger and
                inventory are in memory in this measurement; with a database each record is one transaction
                more.""".formatted(50 + 30 * NODES));
    }

    /** So many in a second when so many numbers are done, a few at once. */
    private static double perSecond(int first, IntConsumer one) throws Exception {
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var jobs = IntStream.range(first, first + A_TURN)
                    .<Callable<Integer>>mapToObj(number -> () -> {
                        one.accept(number);
                        return number;
                    })
                    .toList();
            for (Future<Integer> done : threads.invokeAll(jobs)) {
                done.get();
            }
        }
        return A_TURN * 1e9 / (System.nanoTime() - began);
    }

    private static void upgrade(Scene scene, int number) {
        var proxy = proxy(number);
        var admission = scene.upgrades.submit(new Submission(
                Scene.PROJECT,
                instance(number),
                proxy,
                ScriptedNodes.OLD,
                ScriptedNodes.NEW,
                false,
                null,
                "body " + number,
                "alice",
                false,
                null));
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        assertThat(scene.client.newUntypedWorkflowStub(scene.idOf(proxy)).getResult(Outcome.class))
                .isEqualTo(Outcome.DONE);
    }

    private static void bare(WorkflowClient client, int number) {
        WorkflowStub.fromTyped(BareWorkflow.admitted(client, bareId(number), NODES))
                .getResult(String.class);
    }

    private static WorkerFactory bareWorkers(WorkflowClient client) {
        var factory = WorkerFactory.newInstance(client);
        var central = factory.newWorker(BareWorkflow.QUEUE);
        central.registerWorkflowImplementationTypes(BareWorkflow.Shape.class);
        central.registerActivitiesImplementations(new BareWorkflow.Trivial());
        for (int node = 1; node <= NODES; node++) {
            factory.newWorker(BareWorkflow.queueOf(node)).registerActivitiesImplementations(new BareWorkflow.Trivial());
        }
        factory.start();
        return factory;
    }

    /** A proxy of an instance of its own for each upgrade; the three agents look after the nodes of all. */
    private static void register(Scene scene, int first) {
        for (int number = first; number < first + A_TURN; number++) {
            var proxy = proxy(number);
            var nodes = Scene.nodesOf(proxy, NODES);
            var template = Scene.proxy(proxy, nodes);
            scene.inventory.register(new Inventory.Fleet(
                    List.of(),
                    List.of(new Instance(
                            instance(number),
                            Scene.PROJECT,
                            "orders",
                            Instance.Status.NORMAL,
                            MaintenanceWindow.DEFAULT)),
                    List.of(new dev.changeover.inventory.Proxy(
                            proxy,
                            instance(number),
                            template.name(),
                            template.address(),
                            template.port(),
                            template.mode(),
                            template.engine(),
                            template.status(),
                            nodes))));
        }
    }

    private static int events(WorkflowClient client, String workflowId) {
        return client.fetchHistory(workflowId).getEvents().size();
    }

    private static String proxy(int number) {
        return "bench-" + number;
    }

    private static String instance(int number) {
        return "in-bench-" + number;
    }

    private static String bareId(int number) {
        return "bare:" + number;
    }
}

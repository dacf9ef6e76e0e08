package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger.Handover;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Scheduled upgrades of proxies with two nodes, each of an instance of its own; two agents look after the nodes of all. */
final class ManyUpgrades {
    static final int NODES = 2;

    private static final Duration NODE_TOOK = Duration.ofSeconds(1);

    private final Scene scene;
    private final int many;
    private final int callers;

    /** On a scene of which they become part; so many callers ask at once. */
    ManyUpgrades(Scene scene, UpgradeSettings settings, int many, int callers) {
        this.scene = scene;
        this.many = many;
        this.callers = callers;
        for (int number = 0; number < many; number++) {
            register(number, settings);
        }
    }

    /** Asks for all of them, in the order of their numbers, and returns when their kernels are staged and all wait. */
    void submit() throws Exception {
        submit(0, many);
    }

    /** The same for so many from a number on. */
    void submit(int first, int some) throws Exception {
        Callers.each(callers, some, number -> {
            var job = accept(first + number, true);
            await(first + number, job, () -> hasStaged(job));
        });
    }

    /** Asks for so many that begin at once, and returns when all of them retire old sessions. */
    void run(int first, int some) throws Exception {
        Callers.each(callers, some, number -> {
            var job = accept(first + number, false);
            await(first + number, job, () -> scene.task(job).phase().equals(Phase.RETIRING.name()));
        });
    }

    /** Asks for one, and gives its job. */
    String accept(int number, boolean scheduled) {
        return scene.upgrades
                .submit(new Submission(
                        Scene.PROJECT,
                        instance(number),
                        proxy(number),
                        ScriptedNodes.OLD,
                        ScriptedNodes.NEW,
                        scheduled,
                        null,
                        "body " + number,
                        "alice",
                        false,
                        null))
                .jobId();
    }

    /** Ends early where one was refused, as on a machine so busy that nodes do not answer in time. */
    private void await(int number, String job, Callable<Boolean> there) {
        Awaitility.await(proxy(number))
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    assertThat(scene.task(job).outcome()).as(proxy(number)).isNull();
                    return there.call();
                });
    }

    private boolean hasStaged(String job) {
        var kinds = scene.kinds(job);
        return kinds.contains("STAGING") && kinds.getLast().equals("WAITING");
    }

    /** Moves them all to that instant, in windows that are open then. */
    void open(Instant at) throws Exception {
        var open = scene.windowIsOpen();
        var jobs = jobs();
        Callers.each(callers, many, number -> {
            var task = jobs.get(number);
            scene.inventory.setWindow(task.instanceId(), open);
            var answer = scene.upgrades.reschedule(task.jobId(), at, "to meet", "bob");
            assertThat(answer.noted()).as(answer.refusal()).isTrue();
        });
    }

    /** Waits until all of them have ended. */
    void awaitEnd(Duration atMost) {
        Awaitility.await("the end of all upgrades")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> jobs().stream().allMatch(task -> task.outcome() != null));
    }

    List<String> outcomes() {
        return jobs().stream().map(task -> String.valueOf(task.outcome())).toList();
    }

    /** In the order in which they were asked for. */
    List<Task> jobs() {
        return scene.ledger.all().stream()
                .filter(task -> task.kind() == Task.Kind.SCHEDULED)
                .sorted(Comparator.comparing(Task::createdAt))
                .toList();
    }

    /** When it began, and when all of its nodes served the target. */
    record Span(Instant begun, Instant allServe) {}

    /** In the order in which they were asked for. */
    List<Span> spans() {
        return jobs().stream()
                .map(task -> new Span(scene.at(task.jobId(), "BEGUN"), scene.at(task.jobId(), "ALL_SERVE")))
                .toList();
    }

    /** How often each had to wait although its window was open. */
    List<Integer> timesTurnedAway() {
        return jobs().stream()
                .map(task -> (int) scene.kinds(task.jobId()).stream()
                        .filter("STANDS_BACK"::equals)
                        .count())
                .toList();
    }

    String workflow(int number) {
        return scene.idOf(proxy(number));
    }

    /** The most that were between beginning and serving at one instant. */
    static int mostAtOnce(List<Span> spans) {
        return spans.stream()
                .mapToInt(span -> (int) spans.stream()
                        .filter(other -> !other.begun().isAfter(span.begun())
                                && other.allServe().isAfter(span.begun()))
                        .count())
                .max()
                .orElseThrow();
    }

    /** A proxy that was upgraded before, so that its nodes are known to take a second. */
    private void register(int number, UpgradeSettings settings) {
        var id = proxy(number);
        var nodes = Scene.nodesOf(id, NODES);
        var proxy = new Proxy(
                id, instance(number), "front", "127.0.0.1", 3306, Proxy.Mode.HA, "haproxy", Proxy.Status.NORMAL, nodes);
        scene.inventory.register(new Inventory.Fleet(
                List.of(),
                List.of(new Instance(
                        instance(number), Scene.PROJECT, "orders", Instance.Status.NORMAL, scene.windowOpensLater())),
                List.of(proxy)));
        nodes.forEach(node -> scene.ledger.handedOver(
                new Handover("before-" + number, id, node.id(), Instant.EPOCH, NODE_TOOK.minus(settings.soak()))));
    }

    static String proxy(int number) {
        return "px-many-" + number;
    }

    private static String instance(int number) {
        return "in-many-" + number;
    }
}

package dev.changeover.upgrade.engine;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.ratio;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import dev.changeover.temporal.FreshTemporal;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.workflow.Scene;
import io.temporal.activity.Activity;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crowd of upgrades costs, most of which wait while some run, and how fast more of them are accepted meanwhile. */
class CrowdBench {
    /** How many wait; {@code -Dbench.crowd=100,1000,10000}. */
    private static final List<Integer> CROWDS = Stream.of(
                    System.getProperty("bench.crowd", "100,1000").split(",", -1))
            .map(Integer::valueOf)
            .toList();

    /** Of so many that wait one more runs. */
    private static final int RUNNING = 20;

    private static final int ACCEPTED = 200;
    private static final int CALLERS = 12;
    private static final int MEANWHILE = 4;
    private static final Duration BEATS = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofHours(6);

    private static final UpgradeSettings SETTINGS = new UpgradeSettings(
            Duration.ZERO,
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofDays(1),
            100_000);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit does
    private Path home;

    private int servers;

    /** Seconds until a crowd is there, MiB of the server with it, and milliseconds in which one more is accepted. */
    private record Crowd(double seconds, double memory, double disk, double p50, double p99) {}

    /** Accepts one more. */
    private interface Accepting {
        void one(int number) throws Exception;
    }

    @Test
    void a_crowd_costs_little_more_than_workflows_that_do_nothing() throws Exception {
        var rows = new ArrayList<>(List.of(List.of(
                "wait + run",
                "",
                "s until there",
                "memory, MiB",
                "disk, MiB",
                "acceptance p50, ms",
                "acceptance p99, ms")));
        for (var waiting : CROWDS) {
            var running = waiting / RUNNING;
            var ours = ours(waiting, running);
            var bare = bare(waiting, running);
            rows.add(row("%,d + %,d".formatted(waiting, running), "upgrades", ours));
            rows.add(row("", "bare workflows", bare));
            rows.add(Stream.concat(
                            Stream.of("", "**ratio**"),
                            Stream.<ToDoubleFunction<Crowd>>of(
                                            Crowd::seconds, Crowd::memory, Crowd::disk, Crowd::p50, Crowd::p99)
                                    .map(of -> ratio(of.applyAsDouble(ours) / of.applyAsDouble(bare))))
                    .toList());
        }
        Page.write(
                Page.Chapter.CROWD,
                """
                Upgrades of %d nodes wait for their opening, a twentieth as many run: all their nodes serve, and old sessions
                last, with a sign of life of each node every %d s. Beside them are as many workflows that asked of the server
                as much in the same order, with a word as payload. Each crowd has a fresh development server. Then %d more are
                asked for by %d callers. The aim is a ratio of at most 1.3 for memory and disk
                (`-Dbench.crowd=100,1000,10000` measures up to so many, which takes hours).""".formatted(ManyUpgrades.NODES, BEATS.toSeconds(), ACCEPTED, MEANWHILE),
                Page.table(rows));
    }

    private static List<String> row(String crowd, String kind, Crowd of) {
        return List.of(
                crowd,
                kind,
                figure(of.seconds()),
                figure(of.memory()),
                figure(of.disk()),
                figure(of.p50()),
                figure(of.p99()));
    }

    private Crowd ours(int waiting, int running) throws Exception {
        try (var temporal = fresh();
                var scene = new Scene(
                        temporal.client(),
                        ManyUpgrades.NODES,
                        SETTINGS,
                        WorkerFactoryOptions.getDefaultInstance(),
                        TemporalWorkers.SHARED_QUEUE,
                        Clock.systemUTC())) {
            scene.nodes.beatEvery(BEATS);
            scene.nodes.keepOldSessions(true);
            var began = System.nanoTime();
            var upgrades = new ManyUpgrades(scene, SETTINGS, waiting + running + ACCEPTED, CALLERS);
            upgrades.run(0, running);
            upgrades.submit(running, waiting);
            return crowd(temporal, began, number -> upgrades.accept(waiting + running + number, true));
        }
    }

    private Crowd bare(int waiting, int running) throws Exception {
        var end = new CountDownLatch(1);
        try (var temporal = fresh()) {
            var client = temporal.client();
            var workers = WorkerFactory.newInstance(client);
            var central = workers.newWorker(BareWorkflow.QUEUE, TemporalWorkers.SHARED_QUEUE);
            central.registerWorkflowImplementationTypes(BareWorkflow.Shape.class, BareWaiting.Prepared.class);
            central.registerActivitiesImplementations(new BareWorkflow.Trivial());
            var retiring = new CountDownLatch(running * ManyUpgrades.NODES);
            for (int node = 1; node <= ManyUpgrades.NODES; node++) {
                workers.newWorker(
                                BareWorkflow.queueOf(node),
                                WorkerOptions.newBuilder()
                                        .setMaxConcurrentActivityExecutionSize(2_000)
                                        .build())
                        .registerActivitiesImplementations(new Retiring(retiring, end));
            }
            workers.start();
            try {
                var began = System.nanoTime();
                Callers.each(
                        CALLERS,
                        running,
                        number -> BareWorkflow.admitted(client, "runs:" + number, ManyUpgrades.NODES));
                assertThat(retiring.await(10, TimeUnit.MINUTES)).isTrue();
                var until = Instant.now().plus(LONG);
                Callers.each(CALLERS, waiting, number -> {
                    admit(client, "waits:" + number, until);
                    Awaitility.await().atMost(Duration.ofMinutes(10)).until(() -> waits(client, "waits:" + number));
                });
                return crowd(temporal, began, number -> admit(client, "more:" + number, until));
            } finally {
                end.countDown();
                workers.shutdownNow();
                workers.awaitTermination(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void admit(WorkflowClient client, String id, Instant until) {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(BareWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build();
        BareWaiting.admitted(client, options, "job-" + id, ManyUpgrades.NODES, until);
    }

    private static boolean waits(WorkflowClient client, String id) {
        return client.fetchHistory(id).getEvents().stream().anyMatch(event -> event.hasTimerStartedEventAttributes());
    }

    private Crowd crowd(FreshTemporal temporal, long began, Accepting accepting) throws Exception {
        var there = System.nanoTime();
        Awaitility.await().atMost(SETTLE.plusSeconds(10)).until(() -> System.nanoTime() - there >= SETTLE.toNanos());
        var memory = temporal.memory();
        var disk = temporal.disk();
        var took = new double[ACCEPTED];
        Callers.each(MEANWHILE, ACCEPTED, number -> {
            var asked = System.nanoTime();
            accepting.one(number);
            took[number] = (System.nanoTime() - asked) / 1e6;
        });
        Arrays.sort(took);
        var crowd = new Crowd((there - began) / 1e9, memory, disk, took[ACCEPTED / 2], took[ACCEPTED * 99 / 100]);
        System.out.println(crowd);
        return crowd;
    }

    private FreshTemporal fresh() throws IOException, InterruptedException {
        return FreshTemporal.in(home.resolve("temporal-" + servers++));
    }

    /** A node whose old sessions last. */
    private record Retiring(CountDownLatch begun, CountDownLatch end) implements BareWorkflow.Activities {
        @Override
        public String act(String word) {
            if (word.equals(BareWorkflow.RETIRE)) {
                begun.countDown();
                try {
                    do {
                        Activity.getExecutionContext().heartbeat("alive");
                    } while (!end.await(BEATS.toMillis(), TimeUnit.MILLISECONDS));
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            }
            return word;
        }
    }
}

package dev.changeover.upgrade.engine;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static dev.changeover.bench.Page.ratio;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import dev.changeover.temporal.FreshTemporal;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.ManyUpgrades.Span;
import dev.changeover.upgrade.workflow.Scene;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs that many upgrades wait for one instant, and what happens then. */
class WindowBench {
    /** How many meet; {@code -Dbench.upgrades}. */
    private static final int MANY = Integer.getInteger("bench.upgrades", 1000);

    private static final int SOME = Math.min(50, MANY);
    private static final int TURNS = 3;

    /** How many wait while memory and disk are looked at; {@code -Dbench.waiting}. */
    private static final int WAITING = Integer.getInteger("bench.waiting", MANY);

    private static final int AT_ONCE = 20;
    private static final int CALLERS = 12;
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private static final UpgradeSettings STAGED_AT_ONCE = new UpgradeSettings(
            Duration.ZERO,
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofDays(1),
            AT_ONCE);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit does
    private Path home;

    private int servers;

    /** Milliseconds from the opening to the first workflow task after the timer. */
    private record Lateness(double p50, double p99, double max) {
        static Lateness of(List<Long> millis) {
            var sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
            return new Lateness(
                    sorted[(int) Math.ceil(sorted.length * 0.5) - 1],
                    sorted[(int) Math.ceil(sorted.length * 0.99) - 1],
                    sorted[sorted.length - 1]);
        }
    }

    /** MiB of a server with nothing in it and of the same while workflows wait, and the events of one that waits. */
    private record Room(int waiting, double idle, double memory, double disk, double diskIdle, int events) {
        double memoryEach() {
            return (memory - idle) * 1024 / waiting;
        }

        double diskEach() {
            return (disk - diskIdle) * 1024 / waiting;
        }
    }

    private record Opened(
            int many,
            Lateness lateness,
            double seconds,
            int most,
            List<Integer> turnedAway,
            int displaced,
            int events) {}

    private record Ours(Room room, Duration took, Opened opened) {}

    @Test
    void keeps_up_when_many_upgrades_wait_for_the_same_opening() throws Exception {
        var some = new ArrayList<Ours>();
        var someBare = new ArrayList<Lateness>();
        for (int turn = 0; turn < TURNS; turn++) {
            some.add(ours(SOME));
            someBare.add(onlyTimers(SOME, some.getLast().took()));
        }
        var many = ours(MANY);
        var manyBare = onlyTimers(MANY, many.took());
        var room = WAITING == MANY ? many.room() : waiting(WAITING);
        var bareRoom = asMuch(WAITING);
        write(some, someBare, many, manyBare, room, bareRoom);

        assertThat(many.opened().most())
                .as("the cap is looked at before it is taken, so a few more may slip in")
                .isLessThanOrEqualTo(AT_ONCE + 5);
    }

    private Ours ours(int many) throws Exception {
        try (var temporal = fresh()) {
            var idle = temporal.memory();
            var diskIdle = temporal.disk();
            try (var scene = scene(temporal.client())) {
                var upgrades = new ManyUpgrades(scene, STAGED_AT_ONCE, many, CALLERS);
                var began = System.nanoTime();
                upgrades.submit();
                var took = Duration.ofNanos(System.nanoTime() - began);
                System.out.printf("%d upgrades wait after %d s%n", many, took.toSeconds());
                var room = room(temporal, many, idle, diskIdle, events(temporal.client(), upgrades.workflow(0)));
                var at = meeting(took);
                upgrades.open(at);
                assertThat(Instant.now()).as("all were told in time").isBefore(at);
                upgrades.awaitEnd(AN_HOUR);
                System.out.printf(
                        "all ended %d s after the opening%n",
                        Duration.between(at, Instant.now()).toSeconds());
                assertThat(upgrades.outcomes()).hasSize(many).containsOnly(Outcome.DONE.name());
                return new Ours(room, took, opened(temporal.client(), upgrades, many, at));
            }
        }
    }

    private static Opened opened(WorkflowClient client, ManyUpgrades upgrades, int many, Instant at) throws Exception {
        var spans = upgrades.spans();
        var end = spans.stream()
                .map(Span::allServe)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var opened = new Opened(
                many,
                lateness(
                        client,
                        IntStream.range(0, many).mapToObj(upgrades::workflow).toList(),
                        at),
                Duration.between(at, end).toMillis() / 1e3,
                ManyUpgrades.mostAtOnce(spans),
                upgrades.timesTurnedAway(),
                displaced(spans),
                events(client, upgrades.workflow(many - 1)));
        System.out.println(opened);
        return opened;
    }

    /** By how many places one began later or earlier than it was asked for; the median. */
    private static int displaced(List<Span> spans) {
        var order = spans.stream().sorted(Comparator.comparing(Span::begun)).toList();
        var places = IntStream.range(0, spans.size())
                .map(i -> Math.abs(i - order.indexOf(spans.get(i))))
                .sorted()
                .toArray();
        return places[places.length / 2];
    }

    /** Only the waiting. */
    private Room waiting(int many) throws Exception {
        try (var temporal = fresh()) {
            var idle = temporal.memory();
            var diskIdle = temporal.disk();
            try (var scene = scene(temporal.client())) {
                var upgrades = new ManyUpgrades(scene, STAGED_AT_ONCE, many, CALLERS);
                upgrades.submit();
                return room(temporal, many, idle, diskIdle, events(temporal.client(), upgrades.workflow(0)));
            }
        }
    }

    private Lateness onlyTimers(int many, Duration ours) throws Exception {
        try (var temporal = fresh()) {
            var client = temporal.client();
            var workers = WorkerFactory.newInstance(client);
            workers.newWorker(BareWorkflow.QUEUE, TemporalWorkers.SHARED_QUEUE)
                    .registerWorkflowImplementationTypes(BareWaiting.Timed.class);
            workers.start();
            try {
                var at = meeting(ours);
                Callers.each(
                        CALLERS,
                        many,
                        number -> WorkflowClient.start(
                                client.newWorkflowStub(BareWaiting.OnlyTimer.class, options(number))::run, at));
                assertThat(Instant.now()).as("all wait in time").isBefore(at);
                Callers.each(
                        CALLERS,
                        many,
                        number -> client.newUntypedWorkflowStub(bareId(number)).getResult(String.class));
                return lateness(
                        client,
                        IntStream.range(0, many).mapToObj(WindowBench::bareId).toList(),
                        at);
            } finally {
                end(workers);
            }
        }
    }

    private Room asMuch(int many) throws Exception {
        try (var temporal = fresh()) {
            var idle = temporal.memory();
            var diskIdle = temporal.disk();
            var client = temporal.client();
            var workers = WorkerFactory.newInstance(client);
            var central = workers.newWorker(BareWorkflow.QUEUE, TemporalWorkers.SHARED_QUEUE);
            central.registerWorkflowImplementationTypes(BareWaiting.Prepared.class);
            central.registerActivitiesImplementations(new BareWorkflow.Trivial());
            for (int node = 1; node <= ManyUpgrades.NODES; node++) {
                workers.newWorker(BareWorkflow.queueOf(node))
                        .registerActivitiesImplementations(new BareWorkflow.Trivial());
            }
            workers.start();
            try {
                var until = Instant.now().plus(AN_HOUR);
                Callers.each(
                        CALLERS,
                        many,
                        number -> BareWaiting.admitted(
                                client, options(number), "job-" + number, ManyUpgrades.NODES, until));
                Callers.each(
                        CALLERS,
                        many,
                        number -> Awaitility.await(bareId(number))
                                .atMost(Duration.ofMinutes(10))
                                .until(() -> has(client, bareId(number), EventType.EVENT_TYPE_TIMER_STARTED)));
                return room(temporal, many, idle, diskIdle, events(client, bareId(0)));
            } finally {
                end(workers);
            }
        }
    }

    private static Scene scene(WorkflowClient client) {
        return new Scene(
                client,
                ManyUpgrades.NODES,
                STAGED_AT_ONCE,
                WorkerFactoryOptions.getDefaultInstance(),
                TemporalWorkers.SHARED_QUEUE,
                Clock.systemUTC());
    }

    private FreshTemporal fresh() throws IOException, InterruptedException {
        return FreshTemporal.in(home.resolve("temporal-" + servers++));
    }

    /** Late enough that all can be told before: telling one takes less than its beginning did. */
    private static Instant meeting(Duration beginning) {
        return Instant.now().plusSeconds(10).plus(beginning.dividedBy(2)).truncatedTo(ChronoUnit.SECONDS);
    }

    /** What it takes when nothing has happened for a while. */
    private static Room room(FreshTemporal temporal, int waiting, double idle, double diskIdle, int events)
            throws IOException, InterruptedException {
        var began = System.nanoTime();
        Awaitility.await().atMost(SETTLE.plusSeconds(10)).until(() -> System.nanoTime() - began >= SETTLE.toNanos());
        var room = new Room(waiting, idle, temporal.memory(), temporal.disk(), diskIdle, events);
        System.out.println(room);
        return room;
    }

    private static WorkflowOptions options(int number) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(bareId(number))
                .setTaskQueue(BareWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build();
    }

    private static String bareId(int number) {
        return "bare:" + number;
    }

    private static void end(WorkerFactory workers) {
        workers.shutdownNow();
        workers.awaitTermination(10, TimeUnit.SECONDS);
    }

    private static int events(WorkflowClient client, String workflow) {
        return client.fetchHistory(workflow).getEvents().size();
    }

    private static boolean has(WorkflowClient client, String workflow, EventType type) {
        return client.fetchHistory(workflow).getEvents().stream().anyMatch(event -> event.getEventType() == type);
    }

    private static Lateness lateness(WorkflowClient client, List<String> workflows, Instant at) throws Exception {
        var millis = new Long[workflows.size()];
        Callers.each(
                CALLERS,
                workflows.size(),
                number -> millis[number] =
                        late(client.fetchHistory(workflows.get(number)).getEvents(), at));
        var lateness = Lateness.of(Arrays.asList(millis));
        System.out.println(lateness);
        return lateness;
    }

    /** From the instant to the first workflow task after the timer that waited for it. */
    private static long late(List<HistoryEvent> events, Instant at) {
        return events.stream()
                .dropWhile(event -> event.getEventType() != EventType.EVENT_TYPE_TIMER_FIRED
                        || time(event).isBefore(at))
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED)
                .map(event -> Duration.between(at, time(event)).toMillis())
                .findFirst()
                .orElseThrow();
    }

    private static Instant time(HistoryEvent event) {
        return Instant.ofEpochSecond(
                event.getEventTime().getSeconds(), event.getEventTime().getNanos());
    }

    private static void write(
            List<Ours> some, List<Lateness> someBare, Ours many, Lateness manyBare, Room room, Room bareRoom) {
        var someOurs = some.stream().map(it -> it.opened().lateness()).toList();
        var late = new ArrayList<List<String>>();
        late.add(List.of("upgrades, ms late", "p50", "p99", "slowest"));
        late.add(row("%d, median of %d turns".formatted(SOME, TURNS), middle(someOurs)));
        late.add(row("%d bare timers, median of %d turns".formatted(SOME, TURNS), middle(someBare)));
        late.add(ratios("**ratio**", middle(someOurs), middle(someBare)));
        late.add(row("%d".formatted(MANY), many.opened().lateness()));
        late.add(row("%d bare timers".formatted(MANY), manyBare));
        late.add(ratios("**ratio**", many.opened().lateness(), manyBare));

        var work = new ArrayList<List<String>>();
        work.add(List.of(
                "upgrades",
                "s until all serve",
                "a second",
                "most at once",
                "turned away, median",
                "turned away, most",
                "places out of order, median",
                "events of the last one"));
        for (var opened : List.of(some.getLast().opened(), many.opened())) {
            var away = opened.turnedAway().stream().sorted().toList();
            work.add(List.of(
                    String.valueOf(opened.many()),
                    figure(opened.seconds()),
                    figure(opened.many() / opened.seconds()),
                    String.valueOf(opened.most()),
                    String.valueOf(away.get(away.size() / 2)),
                    String.valueOf(away.getLast()),
                    String.valueOf(opened.displaced()),
                    String.valueOf(opened.events())));
        }

        Page.write(
                Page.Chapter.WINDOWS,
                """
                Upgrades of %d nodes, each on an instance of its own, with agents that answer at once, are staged and
                then all planned for the same instant, at most %d to run at once. Each measurement has a fresh
                development server of its own. *Late* is the first workflow task after the timer, by the times in the
                histories; beside it are workflows that have only a timer until such an instant and then end. The aim for
                p99 is a ratio of at most 1.3. While the server writes what the first ones did the others wait: an
                upgrade looks whether it may begin, a bare workflow ends.""".formatted(ManyUpgrades.NODES, AT_ONCE),
                Page.table(late),
                """
                The rest takes as long as the server needs for the activities of all. An upgrade that finds the places
                taken is told when to come back, by how long its proxy's nodes took before (here 1 s each) and by how
                many wait longer; if that was too early, it comes back less often the longer it has waited. The limit
                is checked before a place is taken, so a few more may run.""",
                Page.table(work),
                """
                While %d of them wait, a server takes this much, beside %d workflows that asked of it as much in the
                same order with a word as payload, and wait for a timer; *each* is what one adds to a server without
                any. The aim is a ratio of at most 1.3 (`-Dbench.waiting=10000` measures with so many, which takes most
                of an hour).""".formatted(WAITING, WAITING),
                Page.table(List.of(
                        List.of("", "upgrades", "bare workflows", "ratio"),
                        compared("memory, MiB", room, bareRoom, Room::memory),
                        compared("disk, MiB", room, bareRoom, Room::disk),
                        compared("memory each, KiB", room, bareRoom, Room::memoryEach),
                        compared("disk each, KiB", room, bareRoom, Room::diskEach),
                        compared("events of one", room, bareRoom, Room::events))));
    }

    private static List<String> compared(String name, Room ours, Room bare, ToDoubleFunction<Room> of) {
        var a = of.applyAsDouble(ours);
        var b = of.applyAsDouble(bare);
        return List.of(name, figure(a), figure(b), ratio(a / b));
    }

    private static Lateness middle(List<Lateness> turns) {
        return new Lateness(middle(turns, Lateness::p50), middle(turns, Lateness::p99), middle(turns, Lateness::max));
    }

    private static double middle(List<Lateness> turns, ToDoubleFunction<Lateness> of) {
        return median(turns.stream().mapToDouble(of).toArray());
    }

    private static List<String> row(String name, Lateness late) {
        return List.of(name, figure(late.p50()), figure(late.p99()), figure(late.max()));
    }

    private static List<String> ratios(String name, Lateness ours, Lateness bare) {
        return List.of(
                name, ratio(ours.p50() / bare.p50()), ratio(ours.p99() / bare.p99()), ratio(ours.max() / bare.max()));
    }
}

package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.run.CampaignScene;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.database.TestDatabase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Campaigns of many members, on PostgreSQL and a Temporal server of their own, with agents that answer at once. */
class CampaignBench {
    /** So many are brought to the target; {@code -Dbench.members}. */
    private static final int MEMBERS = Integer.getInteger("bench.members", 1_000);

    /** So many are planned; {@code -Dbench.planned}. */
    private static final int PLANNED = Integer.getInteger("bench.planned", 100_000);

    /** So many of those get their tasks; {@code -Dbench.delivered}. */
    private static final int DELIVERED = Integer.getInteger("bench.delivered", 1_000);

    private static final int IN_A_PROJECT = 100;
    private static final int AT_ONCE = 50;
    private static final Duration PLANNING = Duration.ofMinutes(1);
    private static final double OWNERS_MILLIS = 50;

    /** So often owners look: as a fleet's console would, and few enough that it is not they who are measured. */
    private static final int A_SECOND = 20;

    /** As often as the console asks how a campaign stands; each asking counts all members. */
    private static final Duration WATCHED = Duration.ofSeconds(5);

    private static final int IN_A_SESSION = 10_000;

    private static final Duration PATIENT = Duration.ofHours(12);

    private final List<List<String>> rows = new ArrayList<>(List.of(List.of("", "members", "s", "a second")));
    private final List<List<String>> calls =
            new ArrayList<>(List.of(List.of("owners' calls", "calls", "p50, ms", "p99, ms")));

    @Test
    void campaigns_of_many_members(@TempDir Path home) throws Exception {
        var events = broughtToTheTarget(home.resolve("done"));
        var owners = plannedAndDelivered(home.resolve("planned"));
        Page.write(
                Page.Chapter.CAMPAIGNS,
                """
                Each proxy has two nodes and an instance of its own, %d are in a project, and each project has a contact.
                At most %d are upgraded at once. *Planned* is the dry run and its rows, *started* the plan anew and what
                every owner is told, in one transaction; *delivered* means that a task waits in the Task Center. The aim
                is %,d members planned in under a minute, and owners' lists of planned events in under %.0f ms meanwhile,
                at p99.""".formatted(IN_A_PROJECT, AT_ONCE, PLANNED, OWNERS_MILLIS),
                Page.table(rows),
                Page.table(calls),
                events);
        assertThat(owners).as("p99 of owners' calls while it is planned, ms").isLessThan(OWNERS_MILLIS);
    }

    private String broughtToTheTarget(Path home) throws Exception {
        try (var scene = scene(home, Map.of())) {
            scene.fleet(MEMBERS, Math.max(1, MEMBERS / IN_A_PROJECT), Duration.ZERO);
            var id = scene.defective();
            scene.campaigns().say(Order.START, id, "now");
            try (var owners = new Owners("while they are upgraded", scene::calls)) {
                measured("brought to the target", MEMBERS, () -> {
                    scene.awaitDone(id, MEMBERS, PATIENT);
                    scene.awaitState(id, Campaign.State.DONE, PATIENT);
                });
                calls.add(owners.row());
            }
            assertThat(scene.count(id, State.DONE)).isEqualTo(MEMBERS);
            var histories = scene.histories(id);
            var sizes = histories.stream()
                    .mapToInt(history -> history.getEvents().size())
                    .toArray();
            var largest = histories.stream()
                    .mapToInt(history -> history.getHistory().getSerializedSize())
                    .max()
                    .orElseThrow();
            var input = histories
                    .getFirst()
                    .getEvents()
                    .getFirst()
                    .getWorkflowExecutionStartedEventAttributes()
                    .getInput()
                    .getSerializedSize();
            return """
                   The workflow of the campaign of %,d had %d runs and %s events a member; its largest history had %d events
                   and %d KiB, its largest input %d bytes. The JVM, agents included, held %d MiB at the end, and Temporal's
                   server never more than %d MiB.""".formatted(
                            MEMBERS,
                            sizes.length,
                            figure((double) java.util.Arrays.stream(sizes).sum() / MEMBERS),
                            java.util.Arrays.stream(sizes).max().orElseThrow(),
                            largest >> 10,
                            input,
                            held() >> 20,
                            peak(scene.temporal()) >> 10);
        }
    }

    private double plannedAndDelivered(Path home) throws Exception {
        var firstWave = Map.<String, Object>of("changeover.campaign.lead-time", "1h");
        try (var scene = scene(home, firstWave)) {
            scene.fleet(PLANNED, Math.max(1, PLANNED / IN_A_PROJECT), Duration.ofHours(6));
            var call = scene.calls();
            var usual = scene.defective();
            scene.campaigns().say(Order.HALT, usual, "with other waves");
            double worst;
            String id;
            try (var owners = new Owners("while it is planned and started", scene::calls)) {
                var planned = System.nanoTime();
                id = call.post(
                                "/v3/campaigns",
                                "{\"version\":\"2.6.12.3\",\"waves\":[{\"size\":\"%d\"},{\"size\":\"rest\"}]}"
                                        .formatted(DELIVERED))
                        .json()
                        .path("id")
                        .asText();
                var took = System.nanoTime() - planned;
                add("planned", PLANNED, took);
                assertThat(Duration.ofNanos(took)).isLessThan(PLANNING);
                var start = id;
                measured("started", PLANNED, () -> scene.campaigns().say(Order.START, start, "now"));
                calls.add(owners.row());
                worst = owners.p99();
            }
            var wave = id;
            try (var owners = new Owners("while tasks are delivered", scene::calls)) {
                measured(
                        "delivered",
                        DELIVERED,
                        () -> Awaitility.await()
                                .atMost(PATIENT)
                                .pollInterval(WATCHED)
                                .until(() -> scene.campaigns().standing(wave).stream()
                                        .noneMatch(count -> count.stage() == 1 && count.state() != State.DELIVERED)));
                calls.add(owners.row());
                return Math.max(worst, owners.p99());
            }
        }
    }

    private static CampaignScene scene(Path home, Map<String, Object> more) throws IOException {
        var settings = new HashMap<>(more);
        settings.putAll(TestDatabase.settings(TestDatabase.newPostgres("template1")));
        settings.put("changeover.campaign.at-once", AT_ONCE);
        settings.put("changeover.campaign.per-project", AT_ONCE);
        settings.put("changeover.campaign.look", "1s");
        return new CampaignScene(Files.createDirectories(home), settings);
    }

    private void measured(String name, int members, Runnable work) {
        var began = System.nanoTime();
        work.run();
        add(name, members, System.nanoTime() - began);
    }

    private void add(String name, int members, long nanos) {
        var seconds = nanos / 1e9;
        rows.add(List.of(name, "%,d".formatted(members), figure(seconds), figure(members / seconds)));
        System.out.println(rows.getLast());
    }

    /** Bytes that are in use. */
    private static long held() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The most memory that was ever resident, in KiB. */
    private static long peak(ProcessHandle process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Owners who look at their planned events, {@value #A_SECOND} times a second, until they are told to stop. */
    private static final class Owners implements AutoCloseable {
        private final String name;
        private final List<Double> millis = new ArrayList<>();
        private final AtomicBoolean enough = new AtomicBoolean();
        private final CompletableFuture<Void> looking;

        /** @param session logs in: a token ends before a large campaign does */
        Owners(String name, Supplier<Calls> session) {
            this.name = name;
            this.looking = CompletableFuture.runAsync(() -> look(session), Thread::startVirtualThread);
        }

        private void look(Supplier<Calls> session) {
            var call = session.get();
            for (int looks = 1; !enough.get(); looks++) {
                if (looks % IN_A_SESSION == 0) call = session.get();
                var began = System.nanoTime();
                assertThat(call.get("/v3/p-0/schedule-events").status()).isEqualTo(200);
                add((System.nanoTime() - began) / 1e6);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / A_SECOND);
            }
        }

        private synchronized void add(double took) {
            millis.add(took);
        }

        private synchronized double quantile(double part) {
            var sorted = millis.stream().sorted().toList();
            return sorted.get((int) (part * (sorted.size() - 1)));
        }

        double p99() {
            return quantile(0.99);
        }

        synchronized List<String> row() {
            var row = List.of(name, String.valueOf(millis.size()), figure(quantile(0.5)), figure(p99()));
            System.out.println(row);
            return row;
        }

        /** Throws what one of them got instead of an answer. */
        @Override
        public void close() {
            enough.set(true);
            looking.join();
        }
    }
}

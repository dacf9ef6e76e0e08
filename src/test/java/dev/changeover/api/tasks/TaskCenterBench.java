package dev.changeover.api.tasks;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.bench.Page;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.ManyTasks;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long the Task Center's lists take when the ledger is as full as a busy month leaves it. */
class TaskCenterBench {
    private static final int TASKS = 100_000;
    private static final int TURNS = 300;
    private static final double MOST_MILLIS = 50;
    /** All that the Task Center has, but for what the benchmark itself takes. */
    private static final String MONTH = "start_time="
            + Instant.now().minus(Duration.ofDays(30)).plusSeconds(3600).toEpochMilli();

    /** The cost of a call that asks the database for next to nothing. */
    private static final String BARE = "jobs?id=none";

    private static final Map<String, List<String>> FILTERS = Map.of(
            "tasklist", List.of("id=none", "name=UpgradeProxyVersion", "instance_id=i-7", "instance_name=instance+7"),
            "immediate-jobs", List.of("job_id=none", "job_name=UpgradeProxyVersion"),
            "schedule-tasks", List.of("instance_id=i-7", "instance_name=instance+7"),
            "scheduled-jobs", List.of("job_id=none", "job_name=PROXY_VERSION_UPGRADE"));

    private static final List<String> COMMON = List.of(
            "status=Failed", "status=Completed", "status=Running&limit=50", "limit=50", "offset=10000&limit=50");

    private record Measured(String call, double median, double p99, double slowest) {}

    @Test
    void lists_are_quick_in_a_full_ledger() {
        List<Measured> measured;
        try (var database = TestDatabase.postgres()) {
            ManyTasks.fill(database, TASKS);
            database.getBean(Inventory.class).register(Fleets.twoProjects());
            try (var server = database.getBean(EmbeddedServer.class).start()) {
                measured = measure(Calls.to(server), everyCall());
            }
        }
        write(measured);

        assertThat(measured).allSatisfy(it -> assertThat(it.median()).isLessThan(MOST_MILLIS));
    }

    private static List<String> everyCall() {
        var calls = new ArrayList<>(List.of(BARE));
        for (var list : FILTERS.keySet().stream().sorted().toList()) {
            calls.add(list);
            Stream.concat(FILTERS.getOrDefault(list, List.of()).stream(), COMMON.stream())
                    .map(filter -> list + "?" + MONTH + "&" + filter)
                    .forEach(calls::add);
        }
        return calls;
    }

    /** The calls take turns, so that whatever else the machine does hits them alike. */
    private static List<Measured> measure(Calls call, List<String> calls) {
        var millis = new double[calls.size()][TURNS];
        // The first tenth of the turns warms up and is not counted.
        for (int turn = -TURNS / 10; turn < TURNS; turn++) {
            for (int i = 0; i < calls.size(); i++) {
                var path = "/v3/%s/%s".formatted(ManyTasks.PROJECT, calls.get(i));
                var began = System.nanoTime();
                var answer = call.get(path);
                millis[i][Math.max(turn, 0)] = (System.nanoTime() - began) / 1e6;
                assertThat(answer.status()).as(answer.text()).isEqualTo(path.endsWith(BARE) ? 400 : 200);
            }
        }
        return IntStream.range(0, calls.size())
                .mapToObj(i -> measured(calls.get(i).replace(MONTH, "30 days"), millis[i]))
                .toList();
    }

    private static Measured measured(String call, double[] millis) {
        Arrays.sort(millis);
        return new Measured(call, Page.median(millis), millis[TURNS * 99 / 100 - 1], millis[TURNS - 1]);
    }

    private static void write(List<Measured> measured) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("list", "median ms", "p99 ms", "slowest ms"));
        measured.forEach(it ->
                rows.add(List.of("`" + it.call() + "`", figure(it.median()), figure(it.p99()), figure(it.slowest()))));
        Page.write(Page.Chapter.TASKS, """
                The REST interface's lists on PostgreSQL, with %,d tasks of the last 30 days in the ledger: nine of ten in
                the project that is asked about, half of them scheduled. A call counts all that match and gives one page.
                The calls take turns, %d each, one at a time over HTTP. The aim is a p99 below %d ms on a machine with
                nothing else to do; `%s`, which finds nothing, shows what the machine adds. The first of each list is
                what it shows by default, seven days; the others look at all 30.""".formatted(TASKS, TURNS, Math.round(MOST_MILLIS), BARE), Page.table(rows));
    }
}

package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Fleets;
import dev.changeover.database.TestDatabase;
import dev.changeover.task.ManyTasks;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports and lists of a large fleet, on a server with the memory that is delivered. */
class FleetBench {
    /** How many proxies; {@code -Dbench.proxies}. */
    private static final int MANY = Integer.getInteger("bench.proxies", 100_000);

    private static final int SOME = 10_000;
    private static final int TASKS = 100_000;
    private static final int RUNS = 3;
    private static final double LIST_SECONDS = 2;
    private static final String ENOUGH = "512";
    private static final double SCRAPE_MILLIS = 200;
    private static final int SCRAPE_BYTES = 1_000_000;
    private static final String TOKEN = "scrape-".repeat(6);

    private final InetSocketAddress address;
    private final List<List<String>> rows =
            new ArrayList<>(List.of(List.of("command", "lines", "s", "the server's peak, MiB")));

    FleetBench() throws IOException {
        this.address = BenchHost.freeAddress();
    }

    @Test
    void a_large_fleet_is_imported_and_listed_with_half_a_gibibyte(@TempDir Path home) throws Exception {
        assertThat(Files.readString(Path.of("src/main/dist/changeover"))).contains("-Xmx" + ENOUGH + "m");
        try (var database = TestDatabase.postgres()) {
            var server = start(home, database);
            try {
                imported(home, server, SOME);
                ManyTasks.fill(database, TASKS);
                var listed = listed(home, server, "proxies");
                listed(home, server, "instances");
                listed(home, server, "tasks");
                var scraped = scraped();
                imported(home, server, MANY);
                listed(home, server, "proxies");
                write(scraped);

                assertThat(Files.readString(JarProcess.log(home))).doesNotContain("OutOfMemory", "no memory");
                assertThat(listed).as("seconds of a list of 10,000").isLessThan(LIST_SECONDS);
                assertThat(scraped.bytes()).isLessThan(SCRAPE_BYTES);
                assertThat(scraped.millis()).isLessThan(SCRAPE_MILLIS);
            } finally {
                server.end();
            }
        }
    }

    private record Scraped(int bytes, int lines, double millis) {}

    /** As often as the database is read anew; the first ones, which compile, left out. */
    private Scraped scraped() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/prometheus".formatted(address.getPort())))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        var millis = new double[7];
        var text = "";
        try (var http = HttpClient.newHttpClient()) {
            for (int scrape = 0; scrape < millis.length; scrape++) {
                JarProcess.pass(Duration.ofSeconds(6));
                var began = System.nanoTime();
                text = http.send(request, BodyHandlers.ofString()).body();
                millis[scrape] = (System.nanoTime() - began) / 1e6;
            }
        }
        var lines = (int) text.lines().filter(line -> !line.startsWith("#")).count();
        assertThat(text).contains("changeover_nodes{status=\"unseen\"} " + 2.0 * SOME);
        return new Scraped(text.length(), lines, median(Arrays.copyOfRange(millis, 2, millis.length)));
    }

    private void imported(Path home, JarProcess server, int proxies) throws IOException, InterruptedException {
        var file = Files.writeString(home.resolve("fleet.yaml"), Fleets.of(proxies));
        var size = Files.size(file) >> 20;
        measured(
                "fleet import (%d proxies, %d MiB)".formatted(proxies, size),
                home,
                server,
                1,
                "fleet",
                "import",
                file.toString());
    }

    private double listed(Path home, JarProcess server, String list) throws IOException, InterruptedException {
        return measured(list, home, server, RUNS, list);
    }

    /** The fastest of several: the first one makes the archive of classes in the background. */
    private double measured(String name, Path home, JarProcess server, int runs, String... command)
            throws IOException, InterruptedException {
        var best = Double.MAX_VALUE;
        var output = home.resolve("output");
        for (int run = 0; run < runs; run++) {
            var words = new ArrayList<>(List.of(home.resolve("bin/changeover").toString()));
            words.addAll(List.of(command));
            var builder = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("CHANGEOVER_DATA", home.toString());
            builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
            var began = System.nanoTime();
            var process = builder.start();
            assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
            best = Math.min(best, (System.nanoTime() - began) / 1e9);
            assertThat(process.exitValue()).as(name).isZero();
        }
        try (var lines = Files.lines(output)) {
            rows.add(List.of("`" + name + "`", String.valueOf(lines.count()), figure(best), figure(server.peak())));
        }
        System.out.println(rows.getLast());
        return best;
    }

    private JarProcess start(Path home, ApplicationContext database) throws IOException {
        var token = Files.writeString(home.resolve("scrape-token"), TOKEN);
        return JarProcess.server(
                home, address.getPort(), database, Map.of("CHANGEOVER_METRICS_TOKEN_FILE", token.toString()));
    }

    private void write(Scraped scraped) {
        Page.write(
                Page.Chapter.FLEET,
                """
                A server as it is delivered (a heap of %s MiB, and at most 256 beside it) on PostgreSQL, with %,d tasks in
                its ledger once the first file is imported; each proxy has two nodes and an instance of its own. The
                commands are processes of their own by the launcher, the JVM's start included; of lists the fastest of %d.
                A file is read as it is sent, and written in one transaction. Memory is what was ever resident, code and
                threads included. The aim is a list of %,d lines in under %.0f s.""".formatted(ENOUGH, TASKS, RUNS, SOME, LIST_SECONDS),
                Page.table(rows),
                """
                `/prometheus` with %,d proxies: %d lines, %,d bytes, %s ms (the median of five that read the database anew;
                the aim is %.0f ms and %,d bytes).""".formatted(
                        SOME, scraped.lines(), scraped.bytes(), figure(scraped.millis()), SCRAPE_MILLIS, SCRAPE_BYTES));
    }
}

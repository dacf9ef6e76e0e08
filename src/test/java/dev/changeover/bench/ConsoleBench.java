package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.agent.AgentWorker;
import dev.changeover.api.Chromium;
import dev.changeover.api.Fleets;
import dev.changeover.database.TestDatabase;
import dev.changeover.temporal.RealTemporal;
import io.micronaut.context.ApplicationContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The processor time of a server whose upgrades are watched, how late pages are, and how soon lists are there. */
class ConsoleBench {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final int PAGES = 500;
    private static final int UPGRADES = 50;
    private static final int INSTANCES = 1000;
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final String QUEUE = "bench-console";
    private static final String PASSWORD = "correct horse battery";
    private static final Pattern AT = Pattern.compile("at:(\\d+)");
    private static final double CORE = 0.25;
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final Duration PAINTED = Duration.ofSeconds(1);

    /** Notes when the first row of a table was in the document, and when it had been painted. */
    private static final String FIRST_ROW = """
            new MutationObserver((changes, observer) => {
              if (document.querySelector('main tbody tr')) {
                observer.disconnect();
                requestAnimationFrame(() => setTimeout(() => { window.firstRow = performance.now(); }));
              }
            }).observe(document, { childList: true, subtree: true });
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private URI server = URI.create("http://127.0.0.1");
    private String token = "";

    @Test
    void five_hundred_live_pages_cost_a_quarter_of_a_core_and_a_thousand_instances_are_there_within_a_second(
            @TempDir Path home) throws Exception {
        var nodes = new RetiringNodes();
        try (var database = TestDatabase.postgres();
                var agents = AgentWorker.start(RealTemporal.connection(), QUEUE, nodes)) {
            var process = start(home, database);
            try {
                token = Files.readString(home.resolve("operator-token")).strip();
                register();
                var jobs = IntStream.range(0, UPGRADES).mapToObj(this::upgrade).toList();
                await().atMost(Duration.ofMinutes(10))
                        .pollInterval(Duration.ofSeconds(2))
                        .until(() -> jobs.stream()
                                .allMatch(
                                        job -> state(job).path("phase").asText().equals("RETIRING")));
                var rows = new ArrayList<>(
                        List.of(List.of("open pages", "% of a core", "events a second", "p50 ms", "p99 ms")));
                measured(process, List.of(), "none", new ArrayList<>());
                measured(process, List.of(), "none", rows);
                var one = measured(process, jobs.subList(0, 1), "%d of 1 upgrade".formatted(PAGES), rows);
                var all = measured(process, jobs, "%d of %d upgrades".formatted(PAGES, UPGRADES), rows);
                var paints = paints();
                write(rows, paints);

                assertThat(paints)
                        .allSatisfy(paint -> assertThat(paint.millis()).isLessThan(PAINTED.toMillis()));
                assertThat(Files.readString(JarProcess.log(home))).doesNotContain("OutOfMemory");
                assertThat(one).isLessThan(CORE);
                assertThat(all).isLessThan(CORE);
            } finally {
                nodes.end();
                process.end();
            }
        }
    }

    private JarProcess start(Path home, ApplicationContext database) throws IOException {
        int port = BenchHost.freeAddress().getPort();
        server = URI.create("http://127.0.0.1:" + port);
        var more = Map.of(
                "CHANGEOVER_UPGRADE_SOAK", "0s", "CHANGEOVER_HTTP_CONNECTIONS_PER_ADDRESS", String.valueOf(2 * PAGES));
        return JarProcess.server(home, port, database, more);
    }

    private void register() {
        post("/v3/kernel-versions", """
                kernels:
                  - {version: 2.6.12.3, engine: haproxy, reported_version: 2.6.12-1+deb12u3}
                  - version: 2.6.12.4
                    engine: haproxy
                    reported_version: 2.6.12-1+deb12u4
                    packages: [{arch: amd64, url: "https://packages.example/h.deb", sha256: %s}]
                """.formatted("a".repeat(64)), "application/yaml");
        post(
                "/v3/fleet",
                Fleets.of(INSTANCES).replaceAll("(\\n *)(role: \\w+)", "$1$2$1task_queue: " + QUEUE),
                "application/yaml");
        post(
                "/v3/users",
                "{\"name\":\"otto\",\"role\":\"operator\",\"password\":\"%s\"}".formatted(PASSWORD),
                "application/json");
        token = ""; // the first operator ends it
        token = post("/v3/login", "{\"name\":\"otto\",\"password\":\"%s\"}".formatted(PASSWORD), "application/json")
                .path("token")
                .asText();
    }

    private String upgrade(int number) {
        var proxy = "/v3/many/instances/i-%1$06d/proxy/x-%1$06d/upgrade-version".formatted(number);
        return post(proxy, "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"}", "application/json")
                .path("update_result")
                .path(0)
                .path("workflow_id")
                .asText();
    }

    private JsonNode state(String job) {
        return call(HttpRequest.newBuilder(server.resolve("/v3/upgrades/" + job)));
    }

    private JsonNode post(String path, String body, String type) {
        return call(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode call(HttpRequest.Builder request) {
        try {
            if (!token.isEmpty()) request.header("X-Auth-Token", token);
            var answer = http.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return json.readTree(answer.body());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The share of a core. */
    private double measured(JarProcess process, List<String> jobs, String name, List<List<String>> rows)
            throws IOException, InterruptedException {
        var late = new ConcurrentLinkedQueue<Long>();
        var opened = new AtomicInteger();
        var streams = new ConcurrentLinkedQueue<InputStream>();
        for (int page = 0; page < PAGES && !jobs.isEmpty(); page++) {
            var job = jobs.get(page % jobs.size());
            Thread.ofVirtual().start(() -> follow(job, opened, late, streams));
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> jobs.isEmpty() || opened.get() == PAGES);
        JarProcess.pass(Duration.ofSeconds(5)); // what opening them took is over
        late.clear();
        var before = process.processorSeconds();
        var began = System.nanoTime();
        JarProcess.pass(MEASURED);
        var seconds = (System.nanoTime() - began) / 1e9;
        var core = (process.processorSeconds() - before) / seconds;
        var sorted = late.stream().sorted().toList();
        rows.add(List.of(
                name, figure(100 * core), figure(sorted.size() / seconds), share(sorted, 0.5), share(sorted, 0.99)));
        System.out.println(rows.getLast());
        if (!sorted.isEmpty()) {
            assertThat(sorted.get((int) (0.99 * (sorted.size() - 1)))).isLessThan(LATE.toMillis());
        }
        for (var stream : streams) {
            stream.close();
        }
        return core;
    }

    private static String share(List<Long> sorted, double part) {
        return sorted.isEmpty() ? "" : figure(sorted.get((int) (part * (sorted.size() - 1))));
    }

    private void follow(String job, AtomicInteger opened, Collection<Long> late, Collection<InputStream> streams) {
        var request = HttpRequest.newBuilder(server.resolve("/v3/many/upgrades/%s/events?live=true".formatted(job)))
                .header("X-Auth-Token", token)
                .header("Accept", "text/event-stream")
                .header("Accept-Encoding", "gzip, deflate, br")
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
            streams.add(answer.body());
            opened.incrementAndGet();
            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    AT.matcher(line)
                            .results()
                            .mapToLong(said -> Long.parseLong(said.group(1)))
                            .min()
                            .ifPresent(at -> late.add(System.currentTimeMillis() - at));
                }
            }
        } catch (IOException ended) {
            // It is closed when it was measured.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private record Paint(String page, double millis) {}

    /** By somebody who has not been there before, and after that with the scripts in the browser's cache. */
    private List<Paint> paints() {
        var campaign = campaign();
        var paints = new ArrayList<Paint>();
        var page = CHROMIUM.page();
        page.navigate(server.resolve("/login").toString());
        page.getByLabel("Name").fill("otto");
        page.getByLabel("Password").fill(PASSWORD);
        page.getByLabel("Password").press("Enter");
        page.getByRole(AriaRole.BUTTON, new com.microsoft.playwright.Page.GetByRoleOptions().setName("Log out"))
                .waitFor();
        page.addInitScript(FIRST_ROW);
        for (var address : List.of("instances", "campaigns/" + campaign, "nodes", "tasks/instant")) {
            var best = Double.MAX_VALUE;
            for (int run = 0; run < 3; run++) {
                page.navigate("about:blank");
                page.navigate(server.resolve("/console/").toString() + "#/" + address);
                // not waitForFunction, which the pages' content policy refuses
                await().pollInSameThread()
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> page.evaluate("window.firstRow") != null);
                best = Math.min(best, ((Number) page.evaluate("window.firstRow")).doubleValue());
            }
            paints.add(new Paint(address.replace(campaign, "…"), best));
        }
        return paints;
    }

    private String campaign() {
        call(HttpRequest.newBuilder(server.resolve("/v3/kernel-versions/haproxy/2.6.12.3"))
                .header("Content-Type", "application/json")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"lifecycle\":\"DEFECTIVE\",\"reason\":\"it loses sessions\"}")));
        return await().atMost(Duration.ofMinutes(5))
                .until(
                        () -> call(HttpRequest.newBuilder(server.resolve("/v3/campaigns")))
                                .path("campaigns")
                                .path(0)
                                .path("id")
                                .asText(),
                        id -> !id.isEmpty());
    }

    private static void write(List<List<String>> rows, List<Paint> paints) {
        var lists = new ArrayList<>(List.of(List.of("page", "first row painted, ms")));
        paints.forEach(paint -> lists.add(List.of("`" + paint.page() + "`", figure(paint.millis()))));
        Page.write(
                Page.Chapter.CONSOLE,
                """
                A server as it is delivered, on PostgreSQL, with %d upgrades whose old sessions retire; each of their two
                nodes says something new twice a second, so that every page is sent all of its upgrade's state at every
                look, once a second. Pages are streams of events as a browser opens them; processor time is the server's,
                over %d s. Late is what an agent said, when it has come through Temporal, the server and the stream. The
                aims are less than a quarter of a core, and less than two seconds.""".formatted(UPGRADES, MEASURED.toSeconds()),
                Page.table(rows),
                """
                Lists of %d instances with as many proxies, in one campaign but for those upgraded, in Chromium on the same
                machine: from the address to the first row on the screen, the scripts and the calls included; the fastest of 3.
                The aim is a second.""".formatted(INSTANCES),
                Page.table(lists));
    }
}

package dev.changeover.bench;

import static org.awaitility.Awaitility.await;

import dev.changeover.temporal.RealTemporal;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The product's jar as a process of its own, and what the kernel says of that process. */
record JarProcess(Process process, long began, double readyAfter) {
    private static final Path JAR = Path.of("target", "changeover.jar").toAbsolutePath();
    private static final Path LAUNCHER = Path.of("src/main/dist/changeover");
    private static final long TICKS_PER_SECOND = 100; // what Linux tells user space on every architecture

    /** Flags and environment of a JVM; without flags of its own the launcher that is delivered chooses them. */
    record Settings(String name, List<String> flags, Map<String, String> environment) {

        List<String> command(Path home) throws IOException {
            if (!Files.exists(JAR)) {
                throw new IllegalStateException("target/changeover.jar is missing: run it with mvn -Pbench verify");
            }
            if (flags.equals(AS_DELIVERED)) {
                return List.of(launcher(home).toString());
            }
            var command = new ArrayList<String>();
            command.add(java());
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
            command.addAll(flags);
            command.addAll(List.of("-jar", JAR.toString()));
            return command;
        }
    }

    static final List<String> AS_DELIVERED = List.of("as delivered");

    /** Returns when it is ready. */
    static JarProcess start(
            Path home, Settings settings, Map<String, String> environment, Callable<Boolean> ready, String... arguments)
            throws IOException {
        var command = new ArrayList<>(settings.command(home));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(home).toFile());
        builder.environment().putAll(environment);
        builder.environment().putAll(settings.environment());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var began = System.nanoTime();
        var process = builder.start();
        try {
            await(settings.name())
                    .atMost(Duration.ofSeconds(60))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptions()
                    .until(() -> {
                        if (!process.isAlive()) {
                            throw new AssertionError(settings.name() + " ended: " + Files.readString(log(home)));
                        }
                        return ready.call();
                    });
        } catch (RuntimeException late) {
            process.destroyForcibly();
            throw late;
        }
        return new JarProcess(process, began, (System.nanoTime() - began) / 1e9);
    }

    /** A server as it is delivered, on the tests' Temporal and that PostgreSQL; returns when it says that it is well. */
    static JarProcess server(Path home, int port, ApplicationContext database, Map<String, String> more)
            throws IOException {
        var health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        var environment = new HashMap<>(Map.of(
                "CHANGEOVER_DATA",
                home.toString(),
                "CHANGEOVER_PORT",
                String.valueOf(port),
                "CHANGEOVER_TEMPORAL_MODE",
                "EXTERNAL",
                "TEMPORAL_ADDRESS",
                RealTemporal.address(),
                "CHANGEOVER_DATABASE_URL",
                database.getRequiredProperty("changeover.database.url", String.class),
                "CHANGEOVER_DATABASE_USERNAME",
                "postgres",
                "CHANGEOVER_DATABASE_PASSWORD",
                "postgres"));
        environment.put("CHANGEOVER_NEW_KEY", "true"); // the test's own context has begun that database with its key
        environment.putAll(more);
        try (var http = HttpClient.newHttpClient()) {
            return start(
                    home,
                    new Settings("server", AS_DELIVERED, Map.of()),
                    environment,
                    () -> http.send(health, BodyHandlers.discarding()).statusCode() == 200,
                    "server");
        }
    }

    /** Lets it go on for so long. */
    static void pass(Duration time) {
        var began = System.nanoTime();
        await().atMost(time.plusSeconds(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> System.nanoTime() - began >= time.toNanos());
    }

    static Path log(Path home) {
        return home.resolve("log");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Resident now, in MiB. */
    double resident() throws IOException {
        return status("VmRSS:");
    }

    /** The most that was ever resident, in MiB. */
    double peak() throws IOException {
        return status("VmHWM:");
    }

    /** Processor time so far, in seconds. */
    double processorSeconds() throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        // The second field is a name in parentheses and may hold spaces.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    private double status(String key) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(key))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024.0;
        }
    }

    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Laid out as it is installed: the launcher finds the jar beside it. */
    private static Path launcher(Path home) throws IOException {
        var launcher = home.resolve("bin").resolve("changeover");
        if (!Files.exists(launcher)) {
            Files.createDirectories(home.resolve("bin"));
            Files.createDirectories(home.resolve("share/changeover"));
            Files.copy(LAUNCHER, launcher);
            Files.createSymbolicLink(home.resolve("share/changeover/changeover.jar"), JAR);
        }
        return launcher;
    }
}

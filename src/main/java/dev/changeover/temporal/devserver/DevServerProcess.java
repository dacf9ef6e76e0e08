package dev.changeover.temporal.devserver;

import dev.changeover.host.Loopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts {@code temporal server start-dev} inside a small shell, and ends it.
 *
 * @param searchAttributes keywords that the namespace has from the start
 */
public record DevServerProcess(
        Path program, Path dataDirectory, String namespace, List<String> searchAttributes, boolean endsWithParent) {

    /**
     * The server ignores its parent's death. So the shell tells us the server's process id and then reads the pipe that
     * only our process holds open: when that breaks, the server is asked to end.
     */
    private static final String WITH_PARENT = """
            exec 3<&0
            log=$1; shift
            "$@" </dev/null >>"$log" 2>&1 3<&- &
            server=$!
            echo $server
            trap 'kill $server' TERM INT
            (cat <&3 >/dev/null; kill $server) &
            watch=$!
            exec 3<&- >&-
            wait $server
            wait $server
            kill $watch
            """;

    /** The shell stays as the server's parent, so that a dead one never lingers as a zombie that looks alive. */
    private static final String OUTLIVING = """
            log=$1; shift
            "$@" </dev/null >>"$log" 2>&1 &
            server=$!
            echo $server
            exec <&- >&- 2>&-
            trap '' TERM INT HUP
            wait $server
            """;

    /** The shell, and the server that it started. */
    public record Started(Process shell, ProcessHandle server) {}

    public Started start(int port, int uiPort, int metricsPort, Path log) throws IOException {
        var command = new ArrayList<String>(
                List.of("/bin/sh", "-c", endsWithParent ? WITH_PARENT : OUTLIVING, "temporal", log.toString()));
        command.addAll(commandLine(port, uiPort, metricsPort));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TEMPORAL_VERSION_CHECK_DISABLED", "1");
        // A profile for another Temporal would also be read by this one.
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("TEMPORAL_") && !name.contains("VERSION_CHECK"));
        var shell = builder.start();
        try (var output =
                new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII))) {
            var pid = output.readLine();
            if (pid == null) throw new IOException("the shell around " + program + " ended at once");
            var server = ProcessHandle.of(Long.parseLong(pid));
            if (server.isEmpty()) throw new IOException(complaint(program + " ended at once", log));
            return new Started(shell, server.get());
        }
    }

    private List<String> commandLine(int port, int uiPort, int metricsPort) {
        var command = new ArrayList<String>(List.of(program.toString(), "server", "start-dev"));
        command.addAll(List.of("--ip", Loopback.HOST, "--port", "" + port, "--ui-port", "" + uiPort));
        command.addAll(List.of("--metrics-port", "" + metricsPort, "--namespace", namespace));
        command.addAll(
                List.of("--db-filename", dataDirectory.resolve("temporal.db").toString()));
        command.addAll(
                List.of("--sqlite-pragma", "journal_mode=wal", "--ui-disable-news-fetch", "--log-level", "warn"));
        for (var attribute : searchAttributes) command.addAll(List.of("--search-attribute", attribute + "=Keyword"));
        // Projects take turns. One partition and no forced cache refresh: on one host with one SQLite connection the
        // rest only costs.
        for (var setting : List.of(
                "matching.enableFairness=true",
                "system.forceSearchAttributesCacheRefreshOnRead=false",
                "matching.numTaskqueueReadPartitions=1",
                "matching.numTaskqueueWritePartitions=1")) {
            command.addAll(List.of("--dynamic-config-value", setting));
        }
        return command;
    }

    /** Waits until the server accepts connections; false when it ends before or takes longer than {@code limit}. */
    public static boolean awaitPort(ProcessHandle server, int port, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            if (ended(server.onExit(), Duration.ofMillis(50))) return false;
            if (Loopback.answers(port)) return true;
        }
        return false;
    }

    /** Why it did not come up, in its own words. */
    public static String complaint(ProcessHandle server, Path log) throws IOException {
        return complaint(
                server.isAlive()
                        ? "Temporal's dev server runs but does not answer"
                        : "Temporal's dev server could not be started",
                log);
    }

    private static String complaint(String what, Path log) throws IOException {
        var lines = Files.exists(log) ? Files.readAllLines(log) : List.<String>of();
        return lines.stream()
                .filter(line -> line.startsWith("Error:"))
                .reduce((first, last) -> last)
                .or(() -> lines.stream().filter(line -> !line.isBlank()).reduce((first, last) -> last))
                .map(words -> what + ": " + words.replaceFirst("^Error: ", ""))
                .orElse(what + " and said nothing");
    }

    /** Asks it to end, and makes it after {@code limit}. */
    public static void stop(ProcessHandle server, Duration limit) {
        server.destroy();
        try {
            if (!ended(server.onExit(), limit)) server.destroyForcibly();
        } catch (InterruptedException interrupted) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(CompletableFuture<ProcessHandle> exit, Duration limit) throws InterruptedException {
        try {
            exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("waiting for a process to end", impossible);
        }
    }
}

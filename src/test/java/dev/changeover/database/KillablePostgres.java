package dev.changeover.database;

import dev.changeover.host.Loopback;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A PostgreSQL of its own that can be killed, and comes back at the same port with what had been committed. */
public final class KillablePostgres implements AutoCloseable {
    private final Path data;
    private EmbeddedPostgres server;

    public KillablePostgres(Path directory) {
        this.data = directory.resolve("postgres");
        try {
            this.server = start(Loopback.freePort());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private EmbeddedPostgres start(int port) {
        try {
            // Embedded servers commit to memory by default, which loses the last half second when they are killed.
            return TestDatabase.server(port)
                    .setServerConfig("synchronous_commit", "on")
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a server needs to use it. */
    public Map<String, Object> settings() {
        return Map.of(
                "changeover.database.url", server.getJdbcUrl("postgres", "postgres"),
                "changeover.database.username", "postgres",
                "changeover.database.password", "postgres");
    }

    /** Ends it at once, without a last write; what was committed is in its log. */
    public void kill() {
        try {
            var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
            var process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
            process.onExit().get(10, TimeUnit.MINUTES);
            server.close(); // lets go of the directory
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException | ExecutionException | TimeoutException stays) {
            throw new IllegalStateException(stays);
        }
    }

    /** Starts it again after it was killed. */
    public void restart() {
        server = start(server.getPort());
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

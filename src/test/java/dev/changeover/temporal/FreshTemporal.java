package dev.changeover.temporal;

import dev.changeover.temporal.devserver.ServerRecord;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Temporal server with nothing in it yet, for measurements of what it has to remember; ended when closed. */
public final class FreshTemporal implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final double MEBIBYTE = 1 << 20;

    private final Path data;
    private final TemporalConnection connection;

    private FreshTemporal(Path data, TemporalConnection connection) {
        this.data = data;
        this.connection = connection;
    }

    /** Ready, with its files in a directory of that name. */
    public static FreshTemporal in(Path data) throws IOException, InterruptedException {
        RealTemporal.program();
        Files.createDirectories(data);
        var connection = TemporalConnection.open(TestSettings.devServer(data));
        var readiness = connection.awaitReady(START);
        if (!readiness.ready()) {
            connection.close();
            throw new AssertionError(readiness.reason());
        }
        return new FreshTemporal(data, connection);
    }

    public WorkflowClient client() {
        return connection.client();
    }

    /** Host and port. */
    public String address() {
        return connection.address();
    }

    /** What of the server is in memory now, in MiB. */
    public double memory() throws IOException {
        var process = ServerRecord.read(data).flatMap(ServerRecord::process).orElseThrow();
        var status = Path.of("/proc", Long.toString(process.pid()), "status");
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024.0;
        }
    }

    /** What its database takes on disk now, in MiB, with what is not yet moved from its log into it. */
    public double disk() throws IOException {
        var bytes = 0L;
        for (var suffix : List.of("", "-wal")) {
            var file = data.resolve("temporal.db" + suffix);
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes / MEBIBYTE;
    }

    @Override
    public void close() {
        connection.close();
    }
}

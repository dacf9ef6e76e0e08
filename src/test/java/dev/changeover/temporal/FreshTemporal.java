package dev.changeover.temporal;

import dev.changeover.temporal.devserver.ServerRecord;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

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

    /**
     * What its database takes on disk now, in MiB: the pages in use, also those not yet moved from its log into it. The
     * files say less: the log keeps its greatest length, which hangs on when it was last emptied.
     */
    public double disk() throws IOException, InterruptedException {
        var asked = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3, sys; ask = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute;"
                                + "print(*(ask('PRAGMA ' + what).fetchone()[0]"
                                + " for what in ('page_count', 'freelist_count', 'page_size')))",
                        data.resolve("temporal.db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (asked.waitFor() != 0) {
            throw new IOException("the database of Temporal said: " + said);
        }
        var pages = Stream.of(said.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return (pages[0] - pages[1]) * pages[2] / MEBIBYTE;
    }

    @Override
    public void close() {
        connection.close();
    }
}

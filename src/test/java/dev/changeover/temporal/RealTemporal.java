package dev.changeover.temporal;

import dev.changeover.host.Loopback;
import dev.changeover.temporal.devserver.TemporalProgram;
import dev.changeover.temporal.devserver.TemporalProgram.Installation;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Temporal server for tests: one for the whole JVM, on free ports, with a private data directory, ended with the
 * JVM also when that is killed. Tests share it, so each names its workflows and task queues itself.
 *
 * <p>Where it cannot be had the test is skipped with the reason; with {@code CI=true} it fails.
 */
public final class RealTemporal {
    /** A workflow that throws anything fails at once, where production tries it again until it is mended. */
    public static final WorkflowImplementationOptions ANYTHING_FAILS = WorkflowImplementationOptions.newBuilder()
            .setFailWorkflowExceptionTypes(Throwable.class)
            .build();

    private static final Duration START = Duration.ofSeconds(60);

    private static @Nullable TemporalConnection shared;

    private RealTemporal() {}

    /** The shared server's connection, ready. */
    public static synchronized TemporalConnection connection() {
        if (shared == null) shared = open();
        return shared;
    }

    public static WorkflowClient client() {
        return connection().client();
    }

    /** Host and port, for other processes. */
    public static String address() {
        return connection().address();
    }

    /** The program, fetched when it is not there; also for tests that call Temporal's CLI. */
    public static Path program() {
        try {
            return switch (TemporalProgram.ofThisMachine().install()) {
                case Installation.Installed installed -> installed.path();
                case Installation.Missing missing -> throw skipped(missing.reason());
            };
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** A port of 127.0.0.1 that is free and stays so while only outgoing connections are made. */
    public static int freePort() {
        try {
            return Loopback.freePort();
        } catch (IOException none) {
            throw new IllegalStateException(none);
        }
    }

    private static TemporalConnection open() {
        program();
        try {
            var data = Files.createTempDirectory("changeover-temporal-");
            var connection = TemporalConnection.open(TestSettings.devServer(data));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(connection, data)));
            var readiness = connection.awaitReady(START);
            if (!readiness.ready()) throw new AssertionError(readiness.reason());
            return connection;
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static void end(TemporalConnection connection, Path data) {
        connection.close();
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException failure) {
            throw new IllegalStateException("left behind: " + data, failure);
        }
    }

    private static RuntimeException skipped(String reason) {
        if (Optional.ofNullable(System.getenv("CI")).filter("true"::equals).isPresent()) Assertions.fail(reason);
        Assumptions.abort(reason);
        throw new IllegalStateException("unreachable: abort() always throws");
    }
}

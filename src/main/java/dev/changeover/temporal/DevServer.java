package dev.changeover.temporal;

import com.google.protobuf.util.Durations;
import dev.changeover.host.Loopback;
import dev.changeover.temporal.devserver.DevServerProcess;
import dev.changeover.temporal.devserver.ServerRecord;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.workflowservice.v1.UpdateNamespaceRequest;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Temporal's development server on a file of ours.
 *
 * <ol>
 *   <li>Where an earlier run left its record, its ports are taken again, so that agents find it where it was.
 *   <li>If the recorded process still lives, it is used. A second server on the same file is never started: SQLite in
 *       write-ahead mode lets it in, and the two then work against each other.
 *   <li>Otherwise it is started, and started again whenever it has died or hangs.
 * </ol>
 *
 * <p>Looked after by one thread; {@link #close} may come from another.
 */
final class DevServer implements Backend {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Duration STOP_SILENT = Duration.ofSeconds(3);
    private static final int RETENTION_DAYS = 90;

    /** A file lock belongs to the whole JVM, so threads of one JVM need this one as well. */
    private static final ReentrantLock ONE_THREAD = new ReentrantLock();

    private final Path program;
    private final Path dataDirectory;
    private final String namespace;
    private final boolean endsWithParent;
    private final int port;
    private final int uiPort;
    private final int metricsPort;
    private volatile @Nullable ProcessHandle server;
    private @Nullable Process shell;

    DevServer(Path program, TemporalSettings settings) throws IOException {
        this.program = program;
        this.dataDirectory = Files.createDirectories(settings.dataDirectory()).toRealPath();
        this.endsWithParent = settings.endsWithParent();
        var known = ServerRecord.read(dataDirectory);
        this.namespace = settings.namespace() == null ? "default" : settings.namespace();
        this.port = port(settings.port(), known.map(ServerRecord::address));
        this.uiPort = port(settings.uiPort(), known.map(ServerRecord::webUi));
        this.metricsPort = Loopback.freePort();
    }

    private static int port(int wanted, Optional<String> known) throws IOException {
        if (wanted != 0) return wanted;
        return known.isPresent() ? ServerRecord.port(known.get()) : Loopback.freePort();
    }

    @Override
    public TemporalMode mode() {
        return TemporalMode.DEV_SERVER;
    }

    @Override
    public String address() {
        return Loopback.HOST + ":" + port;
    }

    @Override
    public WorkflowServiceStubsOptions stubsOptions() {
        return WorkflowServiceStubsOptions.newBuilder().setTarget(address()).build();
    }

    @Override
    public WorkflowClientOptions clientOptions() {
        return WorkflowClientOptions.newBuilder().setNamespace(namespace).build();
    }

    @Override
    public Optional<String> webUi() {
        return Optional.of("http://" + Loopback.HOST + ":" + uiPort);
    }

    @Override
    public Optional<String> tend() throws InterruptedException {
        var running = server;
        if (running != null && running.isAlive()) return Optional.empty();
        ONE_THREAD.lockInterruptibly();
        try (var channel = FileChannel.open(
                        dataDirectory.resolve("temporal.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assert lock.isValid();
            var recorded = ServerRecord.read(dataDirectory);
            var living = recorded.flatMap(ServerRecord::process);
            if (living.isEmpty()) return start();
            if (ServerRecord.port(recorded.orElseThrow().address()) != port) {
                return Optional.of("Temporal's dev server of " + dataDirectory + " already runs at "
                        + recorded.orElseThrow().address() + ", not at port " + port + " as configured.");
            }
            server = living.get();
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of("Temporal's dev server cannot be started in " + dataDirectory + ": " + failure);
        } finally {
            ONE_THREAD.unlock();
        }
    }

    /** All it holds is in its file, also when it is killed; whoever else uses it starts it again or finds it started. */
    @Override
    public boolean endSilent() {
        var running = server;
        if (running == null || !running.isAlive()) return false;
        DevServerProcess.stop(running, STOP_SILENT);
        return true;
    }

    private Optional<String> start() throws IOException, InterruptedException {
        closeShell();
        for (int wanted : new int[] {port, uiPort}) {
            if (Loopback.answers(wanted)) {
                return Optional.of("Temporal's dev server cannot be started: port " + wanted + " of " + Loopback.HOST
                        + " is taken by another program; stop it or configure another port.");
            }
        }
        var log = dataDirectory.resolve("temporal.log");
        Files.deleteIfExists(log);
        var started = new DevServerProcess(program, dataDirectory, namespace, SearchAttributes.NAMES, endsWithParent)
                .start(port, uiPort, metricsPort, log);
        shell = started.shell();
        var process = started.server();
        server = process;
        try {
            record(process).write(dataDirectory);
        } catch (IOException failure) {
            DevServerProcess.stop(process, STOP); // one that nobody finds again would hold the file for ever
            throw failure;
        }
        return DevServerProcess.awaitPort(process, port, START)
                ? Optional.empty()
                : Optional.of(DevServerProcess.complaint(process, log));
    }

    private ServerRecord record(ProcessHandle process) {
        var started = process.info().startInstant().orElseGet(Instant::now);
        return new ServerRecord(address(), namespace, webUi().orElseThrow(), process.pid(), started.toEpochMilli());
    }

    /** The server keeps histories for a day unless told otherwise; an upgrade's evidence is wanted for longer. */
    @Override
    public Optional<String> prepare(WorkflowServiceStubs stubs, SearchAttributes attributes) {
        stubs.blockingStub()
                .updateNamespace(UpdateNamespaceRequest.newBuilder()
                        .setNamespace(namespace)
                        .setConfig(NamespaceConfig.newBuilder()
                                .setWorkflowExecutionRetentionTtl(Durations.fromDays(RETENTION_DAYS)))
                        .build());
        return attributes.ensure();
    }

    /** Ends the server in an orderly way, also one that was found running: nobody else would. */
    @Override
    public void close() {
        var running = server;
        if (running != null) DevServerProcess.stop(running, STOP);
        closeShell();
    }

    private void closeShell() {
        var wrapper = shell;
        if (wrapper == null) return;
        wrapper.destroy();
        try {
            wrapper.getOutputStream().close();
        } catch (IOException alreadyGone) {
            return; // the shell has ended: its end of the pipe is closed
        }
    }
}

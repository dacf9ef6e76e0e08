package dev.changeover.demo;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A server started by us. One thread starts it and stays until it has ended: the kernel sends the signal that a child
 * asked for at its parent's death when the <em>thread</em> that started it is gone.
 */
final class ChildProcess {
    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /** @param log gets both outputs, appended */
    static ChildProcess start(String[] command, File log) throws IOException {
        var started = new CompletableFuture<Process>();
        Thread.ofPlatform().daemon().name("started " + command[0]).start(() -> startAndStay(command, log, started));
        try {
            return new ChildProcess(started.join());
        } catch (CompletionException failure) {
            throw new IOException("cannot start " + command[0], failure.getCause());
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean awaitEnd(long time, TimeUnit unit) throws IOException {
        try {
            return process.waitFor(time, unit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for process " + pid(), interrupted);
        }
    }

    /** Asks it to end, and kills it when it has not after that time. */
    void end(Duration limit) {
        process.destroy();
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private static void startAndStay(String[] command, File log, CompletableFuture<Process> started) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            started.complete(process);
            process.waitFor();
        } catch (IOException failure) {
            started.completeExceptionally(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

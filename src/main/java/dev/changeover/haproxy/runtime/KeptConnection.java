package dev.changeover.haproxy.runtime;

import dev.changeover.host.SystemCalls;
import dev.changeover.host.UnixSockets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * To a process without a master: through a connection to its own socket that was opened while it still listened. HAProxy
 * closes that socket when it stops accepting, but serves who is connected. The connection is kept by a process that does
 * nothing else, so that it outlives us, and each question goes through a copy of it.
 *
 * @param holder the process that keeps it, as its standard input
 * @param lock a file; one question at a time
 */
public record KeptConnection(long holder, Path lock) implements RuntimeChannel {
    /** Then HAProxy closes it, whoever still holds it; a session that lives longer can only be counted. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final int BUFFER = 64 * 1024;
    private static final String PROMPT = "> ";
    private static final Object ONE_AT_A_TIME = new Object();

    /**
     * Connects, and starts the process that keeps the connection.
     *
     * @param mark a variable in its environment, {@code NAME=value}, to know it by
     * @return the process
     * @throws IOException when nobody answers there
     */
    public static long open(Path socket, String mark) throws IOException {
        var connection = UnixSockets.connect(socket, RuntimeSocket.ANSWER_TIMEOUT);
        try {
            ask(connection, "prompt", line -> {});
            ask(connection, "set timeout cli " + LONGEST.toSeconds(), line -> {});
            var keep = "exec setsid sleep %d >/dev/null 2>&1".formatted(LONGEST.toSeconds());
            return SystemCalls.spawn(List.of("/bin/sh", "-c", keep), List.of(mark), connection);
        } finally {
            SystemCalls.close(connection);
        }
    }

    @Override
    public Answer ask(String command, Consumer<String> line) {
        synchronized (ONE_AT_A_TIME) {
            try (var file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = file.lock()) {
                var connection = SystemCalls.copyOf(holder, 0);
                try {
                    UnixSockets.drain(connection);
                    if (!held.isValid()) return new Answer.Refused();
                    ask(connection, command, line);
                    return new Answer.Text("");
                } finally {
                    SystemCalls.close(connection);
                }
            } catch (EndedException ended) {
                return new Answer.Refused();
            } catch (IOException failure) {
                return new Answer.Silence(
                        "%s did not answer '%s': %s".formatted(name(), command, failure.getMessage()));
            }
        }
    }

    private static void ask(int connection, String command, Consumer<String> line) throws IOException {
        UnixSockets.send(connection, (command + "\n").getBytes(StandardCharsets.UTF_8), List.of());
        var lines = new AnswerLines(line);
        while (!lines.isFollowedBy(PROMPT)) {
            var some = UnixSockets.receive(connection, BUFFER);
            if (some.length == 0) throw new EndedException();
            lines.add(some, some.length);
        }
    }

    /** HAProxy has closed the connection. */
    private static final class EndedException extends IOException {}

    @Override
    public Duration age() {
        // It was opened before the process that keeps it was started.
        return ProcessHandle.of(holder)
                .flatMap(process -> process.info().startInstant())
                .map(start -> Duration.between(start, Instant.now()))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
    }

    @Override
    public String name() {
        return "the connection that process %d keeps".formatted(holder);
    }
}

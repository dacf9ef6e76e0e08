package dev.changeover.haproxy.runtime;

import dev.changeover.host.SystemCalls;
import dev.changeover.host.UnixSockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * To a worker of a master that has no socket of its own: through a copy of the master's end of the pair that connects the
 * two. A worker takes connections from it, each as a descriptor in a message, whether its master has a socket or not; and
 * with an administrator's rights. Nothing of the two is changed.
 *
 * @param master needs to run; it does as long as the worker
 * @param descriptors of the master's unix sockets, one of which is its end of the pair
 */
public record MasterPair(long master, List<Integer> descriptors, long worker) implements RuntimeChannel {
    private static final int BUFFER = 64 * 1024;

    public MasterPair {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public Answer ask(String command, Consumer<String> line) {
        try {
            for (var descriptor : descriptors) {
                var end = SystemCalls.copyOf(master, descriptor);
                try {
                    if (UnixSockets.isOfPair(end) && isOfWorker(end)) {
                        if (ask(end, command, line)) return new Answer.Text("");
                        throw new IOException("the connection ended in the middle of the answer");
                    }
                } finally {
                    SystemCalls.close(end);
                }
            }
            return new Answer.Refused();
        } catch (IOException failure) {
            return new Answer.Silence("%s did not answer '%s': %s".formatted(name(), command, failure.getMessage()));
        }
    }

    /** After a reload a master has a pair for each of its workers. */
    private boolean isOfWorker(int end) throws IOException {
        var isOurs = new AtomicBoolean();
        ask(end, "show info", line -> {
            if (line.equals("Pid: " + worker)) isOurs.set(true);
        });
        return isOurs.get();
    }

    /** Whether the answer was whole. */
    private static boolean ask(int end, String command, Consumer<String> line) throws IOException {
        var connection = UnixSockets.pair(RuntimeSocket.ANSWER_TIMEOUT);
        try {
            try {
                UnixSockets.send(end, new byte[1], List.of(connection.theirs()));
            } finally {
                SystemCalls.close(connection.theirs());
            }
            UnixSockets.send(connection.ours(), (command + "\n").getBytes(StandardCharsets.UTF_8), List.of());
            UnixSockets.endOutput(connection.ours());
            var lines = new AnswerLines(line);
            for (var some = receive(connection); some.length > 0; some = receive(connection)) {
                lines.add(some, some.length);
            }
            return lines.isWhole();
        } finally {
            SystemCalls.close(connection.ours());
        }
    }

    private static byte[] receive(UnixSockets.Pair connection) throws IOException {
        return UnixSockets.receive(connection.ours(), BUFFER);
    }

    @Override
    public String name() {
        return "the socket pair of master %d".formatted(master);
    }
}

package dev.changeover.haproxy.runtime;

import dev.changeover.host.SystemCalls;
import dev.changeover.host.UnixSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * To a worker of a master that has no socket of its own: through a copy of the master's end of the pair that connects the
 * two. A worker takes connections from it, each as a descriptor in a message, whether its master has a socket or not; and
 * with an administrator's rights. Nothing of the two is changed.
 *
 * @param master needs to run; it does as long as the worker
 * @param descriptors of the master's unix sockets, one of which is its end of the pair
 */
public record MasterPair(long master, List<Integer> descriptors, long worker) implements RuntimeChannel {
    private static final Pattern PID = Pattern.compile("(?m)^Pid: (\\d+)$");
    private static final int BUFFER = 64 * 1024;

    public MasterPair {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public Answer ask(String command) {
        try {
            for (var descriptor : descriptors) {
                var end = SystemCalls.copyOf(master, descriptor);
                try {
                    if (UnixSockets.isOfPair(end) && isOfWorker(end)) return new Answer.Text(ask(end, command));
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
        var pid = PID.matcher(ask(end, "show info"));
        return pid.find() && Long.parseLong(pid.group(1)) == worker;
    }

    private static String ask(int end, String command) throws IOException {
        var connection = UnixSockets.pair(RuntimeSocket.ANSWER_TIMEOUT);
        try {
            try {
                UnixSockets.send(end, new byte[1], List.of(connection.theirs()));
            } finally {
                SystemCalls.close(connection.theirs());
            }
            UnixSockets.send(connection.ours(), (command + "\n").getBytes(StandardCharsets.UTF_8), List.of());
            UnixSockets.endOutput(connection.ours());
            var answer = new ByteArrayOutputStream();
            for (var some = receive(connection); some.length > 0; some = receive(connection)) answer.writeBytes(some);
            return answer.toString(StandardCharsets.UTF_8);
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

package dev.changeover.haproxy;

import dev.changeover.host.SystemCalls;
import dev.changeover.host.UnixSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the listening sockets of a running HAProxy to one that starts with {@code -x}, and nothing of the running one is
 * changed: for processes whose own socket does not pass them on, as the distributions' does not. It holds copies of
 * them, so it must be closed at once afterwards: a copy that accepts nothing is no harm while both run, but keeps a
 * socket open that its owner has closed.
 *
 * <p>Speaks the server's side of HAProxy's {@code _getsocks}: the number of sockets, then messages of at most {@value
 * #AT_ONCE} descriptors with the names of their network namespace and interface, each acknowledged by the other end.
 */
public final class SocketDonor implements AutoCloseable {
    private static final int AT_ONCE = 252;
    private static final String QUESTION = "_getsocks";

    private final List<Integer> sockets;

    private SocketDonor(List<Integer> sockets) {
        this.sockets = sockets;
    }

    /**
     * Copies every socket on which the process listens, and only those: copies of sessions would keep them open.
     *
     * @throws IOException when this user or this host may not copy them, or the process listens in another network
     *     namespace than ours; the message says why
     */
    public static SocketDonor of(long pid) throws IOException {
        if (!ProcessTable.isRunning(pid)) throw new IOException("process %d has ended".formatted(pid));
        if (!namespaceOf(Long.toString(pid)).equals(namespaceOf("self"))) {
            throw new IOException("process %d listens in another network namespace than this one".formatted(pid));
        }
        var listening = ProcessTable.listeningSockets(pid);
        var donor = new SocketDonor(new ArrayList<>());
        try {
            for (var descriptor : ProcessTable.descriptors(pid).entrySet()) {
                if (listening.contains(descriptor.getValue())) {
                    donor.sockets.add(SystemCalls.copyOf(pid, descriptor.getKey()));
                }
            }
        } catch (IOException refused) {
            donor.close();
            throw new IOException(
                    "the sockets of process %d cannot be copied: %s".formatted(pid, refused.getMessage()), refused);
        }
        return donor;
    }

    private static Path namespaceOf(String process) throws IOException {
        try {
            return Files.readSymbolicLink(Path.of("/proc", process, "ns/net"));
        } catch (FileSystemException denied) {
            throw new IOException(
                    "the sockets of process %s cannot be copied: this user may not look into it; be root, with CAP_SYS_PTRACE"
                            .formatted(process),
                    denied);
        }
    }

    /** How many sockets it has to give. */
    public int size() {
        return sockets.size();
    }

    /**
     * Starts a generation that takes the sockets, and closes the copies as soon as it has them or time is up.
     *
     * @param path of the socket where they are given, in a directory of ours alone
     */
    public StartedTree start(Program program, GenerationDirectory directory, Path path, Duration patience)
            throws IOException {
        Files.deleteIfExists(path);
        var door = UnixSockets.listen(path, patience);
        Thread.ofVirtual().name("socket donor").start(() -> {
            try (this) {
                serveOnce(door, path, patience);
            } catch (IOException nobody) {
                // the generation says itself that it got no sockets
            }
        });
        return StartedTree.start(program, directory, path);
    }

    /**
     * Answers one caller at {@code path} and removes it again.
     *
     * @param patience how long it waits for the caller, and for each of its words
     * @throws IOException when nobody came in time or it broke off
     */
    void serveOnce(Path path, Duration patience) throws IOException {
        Files.deleteIfExists(path);
        serveOnce(UnixSockets.listen(path, patience), path, patience);
    }

    private void serveOnce(int door, Path path, Duration patience) throws IOException {
        try {
            var caller = UnixSockets.accept(door, patience);
            try {
                give(caller);
            } finally {
                SystemCalls.close(caller);
            }
        } finally {
            SystemCalls.close(door);
            Files.deleteIfExists(path);
        }
    }

    private void give(int caller) throws IOException {
        var question = new String(UnixSockets.receive(caller, 64), StandardCharsets.US_ASCII);
        if (!question.startsWith(QUESTION)) throw new IOException("asked for something else: " + question.strip());
        UnixSockets.send(caller, number(sockets.size()), List.of());
        for (int from = 0; from < sockets.size(); from += AT_ONCE) {
            var some = sockets.subList(from, Math.min(from + AT_ONCE, sockets.size()));
            UnixSockets.send(caller, names(some), some);
            if (UnixSockets.receive(caller, 4).length == 0) throw new IOException("the caller did not take them");
        }
    }

    /** For each: length and name of the namespace (ours), length and name of the interface, and an unused number. */
    private static byte[] names(List<Integer> sockets) throws IOException {
        var names = new ByteArrayOutputStream();
        for (var socket : sockets) {
            var network = SystemCalls.interfaceOf(socket).getBytes(StandardCharsets.US_ASCII);
            names.write(0);
            names.write(network.length);
            names.writeBytes(network);
            names.writeBytes(number(0));
        }
        return names.toByteArray();
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(number)
                .array();
    }

    /** Closes the copies; the sockets live on in those that have them. */
    @Override
    public void close() {
        sockets.forEach(SystemCalls::close);
        sockets.clear();
    }
}

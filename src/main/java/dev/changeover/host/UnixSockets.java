package dev.changeover.host;

import static dev.changeover.host.SystemCalls.SOL_SOCKET;
import static dev.changeover.host.SystemCalls.call;
import static dev.changeover.host.SystemCalls.find;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.changeover.host.SystemCalls.Function;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Unix sockets as plain descriptors of this process, for what Java's channels cannot: to pass descriptors on, and to be
 * copied from another process or inherited by one. The caller closes them with {@link SystemCalls#close}.
 *
 * <p>Each method throws an {@link IOException} that names the call and the kernel's reason.
 */
public final class UnixSockets {
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SHUT_WR = 1;
    /** Of an address that is only its family, without a path. */
    private static final int NAMELESS = 2;

    private static final Function SOCKET = find("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final Function PAIR = find("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final Function BIND = find("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function CONNECT = find("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function LISTEN = find("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final Function ACCEPT = find("accept", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final Function OWN_NAME = find("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final Function OTHERS_NAME = find("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final Function RECEIVE = find("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final Function SEND_MESSAGE = find("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function SHUTDOWN = find("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final Function SET_OPTION =
            find("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

    private UnixSockets() {}

    private static int open() throws IOException {
        return (int) call("socket", SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
    }

    private static MemorySegment address(Arena arena, Path path) throws IOException {
        var name = path.toString().getBytes(StandardCharsets.UTF_8);
        var address = arena.allocate(2 + 108);
        if (name.length >= 108) throw new IOException(path + " is too long for a unix socket");
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
        return address;
    }

    /** A connection to whoever listens at this path; every word on it waits at most so long. */
    public static int connect(Path path, Duration patience) throws IOException {
        var socket = open();
        try (var arena = Arena.ofConfined()) {
            var address = address(arena, path);
            limit(socket, patience);
            call("connect " + path, CONNECT, socket, address, (int) address.byteSize());
            return socket;
        } catch (IOException failure) {
            SystemCalls.close(socket);
            throw failure;
        }
    }

    /**
     * The two ends of a connection.
     *
     * @param ours waits at most as long as was asked for
     * @param theirs to be passed on
     */
    public record Pair(int ours, int theirs) {}

    public static Pair pair(Duration patience) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            call("socketpair", PAIR, AF_UNIX, SOCK_STREAM_CLOEXEC, 0, ends);
            limit(ends.getAtIndex(JAVA_INT, 0), patience);
            return new Pair(ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1));
        }
    }

    /** Whether it is one end of a pair: connected, and without a path at either end. */
    public static boolean isOfPair(int socket) {
        try (var arena = Arena.ofConfined()) {
            for (var name : List.of(OWN_NAME, OTHERS_NAME)) {
                var address = arena.allocate(2 + 108);
                var length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
                call("getsockname", name, socket, address, length);
                if (address.get(JAVA_SHORT, 0) != AF_UNIX || length.get(JAVA_INT, 0) != NAMELESS) return false;
            }
            return true;
        } catch (IOException unconnected) {
            return false;
        }
    }

    /** Nothing more comes from us. */
    public static void endOutput(int socket) throws IOException {
        call("shutdown", SHUTDOWN, socket, SHUT_WR);
    }

    /** A unix socket that listens at this path and is for the owner of the directory alone to be found. */
    public static int listen(Path path, Duration patience) throws IOException {
        var socket = open();
        try (var arena = Arena.ofConfined()) {
            var address = address(arena, path);
            limit(socket, patience);
            call("bind " + path, BIND, socket, address, (int) address.byteSize());
            call("listen", LISTEN, socket, 1);
            return socket;
        } catch (IOException failure) {
            SystemCalls.close(socket);
            throw failure;
        }
    }

    /** The next caller of a listening socket, within the patience that it was opened with. */
    public static int accept(int socket, Duration patience) throws IOException {
        var caller = (int) call("accept", ACCEPT, socket, MemorySegment.NULL, MemorySegment.NULL);
        limit(caller, patience);
        return caller;
    }

    /** Bytes as they come, at most so many; empty at the end of the stream. */
    public static byte[] receive(int socket, int most) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(most);
            var count = call("recv", RECEIVE, socket, buffer, (long) most, 0);
            return buffer.asSlice(0, count).toArray(JAVA_BYTE);
        }
    }

    /** Forgets what has come and nobody has read. */
    public static void drain(int socket) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(1 << 16);
            var count = 1L;
            while (count > 0) count = call("recv", RECEIVE, socket, buffer, buffer.byteSize(), MSG_DONTWAIT);
        } catch (IOException nothing) {
            // nothing more has come
        }
    }

    /** Sends bytes, and with them copies of descriptors. */
    public static void send(int socket, byte[] bytes, List<Integer> descriptors) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var content = arena.allocate(bytes.length, 8);
            MemorySegment.copy(bytes, 0, content, JAVA_BYTE, 0, bytes.length);
            var vector = arena.allocate(16, 8);
            vector.set(ADDRESS, 0, content);
            vector.set(JAVA_LONG, 8, bytes.length);
            var message = arena.allocate(56, 8); // struct msghdr
            message.set(ADDRESS, 16, vector);
            message.set(JAVA_LONG, 24, 1);
            if (!descriptors.isEmpty()) {
                var rights = rights(arena, descriptors);
                message.set(ADDRESS, 32, rights);
                message.set(JAVA_LONG, 40, rights.byteSize());
            }
            var sent = call("sendmsg", SEND_MESSAGE, socket, message, MSG_NOSIGNAL);
            if (sent != bytes.length)
                throw new IOException("sendmsg: only %d of %d bytes".formatted(sent, bytes.length));
        }
    }

    /** The one control message that carries descriptors: its length, level and type, then the numbers. */
    private static MemorySegment rights(Arena arena, List<Integer> descriptors) {
        var length = 16 + 4L * descriptors.size();
        var rights = arena.allocate((length + 7) / 8 * 8, 8);
        rights.set(JAVA_LONG, 0, length);
        rights.set(JAVA_INT, 8, SOL_SOCKET);
        rights.set(JAVA_INT, 12, SCM_RIGHTS);
        for (int i = 0; i < descriptors.size(); i++) rights.set(JAVA_INT, 16 + 4L * i, descriptors.get(i));
        return rights;
    }

    /** Limits what is waited for on a socket, in either direction. */
    public static void limit(int socket, Duration patience) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var time = arena.allocate(16, 8);
            time.set(JAVA_LONG, 0, patience.toSeconds());
            time.set(JAVA_LONG, 8, patience.toNanosPart() / 1000);
            for (var option : List.of(SO_RCVTIMEO, SO_SNDTIMEO)) {
                call("setsockopt", SET_OPTION, socket, SOL_SOCKET, option, time, 16);
            }
        }
    }
}

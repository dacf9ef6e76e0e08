package dev.changeover.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * System calls that the Java library has no words for: descriptors of another process, and descriptors as a message on
 * a unix socket. For Linux on 64 bits. Descriptors are plain numbers of this process; the caller closes them.
 *
 * <p>Each method throws an {@link IOException} that names the call and the kernel's reason.
 */
public final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERROR_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERROR_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_GETFD = 438;
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final Function SYSCALL = variadic("syscall", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Function CLOSE = find("close", JAVA_INT, JAVA_INT);
    private static final Function SOCKET = find("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final Function BIND = find("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function LISTEN = find("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final Function ACCEPT = find("accept", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final Function RECEIVE = find("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final Function SEND_MESSAGE = find("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function SET_OPTION =
            find("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function GET_OPTION =
            find("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private static final Map<Integer, String> REASONS = Map.of(
            1,
                    "not permitted: it needs root or CAP_SYS_PTRACE, and no Yama scope 3, SELinux or seccomp rule against it",
            3, "no such process",
            9, "no such descriptor",
            11, "nobody came in time",
            13, "permission denied",
            32, "the other end has gone",
            38, "this kernel has no such call: Linux 5.6 or newer is needed",
            98, "the address is in use");

    private SystemCalls() {}

    /** A copy of a descriptor of another process; whatever is done to the socket behind it concerns both. */
    public static int copyOf(long pid, int descriptor) throws IOException {
        var process = (int) call("pidfd_open", SYSCALL, PIDFD_OPEN, pid, 0L, 0L);
        try {
            return (int) call("pidfd_getfd", SYSCALL, PIDFD_GETFD, (long) process, (long) descriptor, 0L);
        } finally {
            close(process);
        }
    }

    /** Closes a descriptor of this process; one that is closed already is no error. */
    public static void close(int descriptor) {
        try {
            call("close", CLOSE, descriptor);
        } catch (IOException closed) {
            // nothing is left to be closed
        }
    }

    /** A unix socket that listens at this path and is for the owner of the directory alone to be found. */
    public static int listen(Path path, Duration patience) throws IOException {
        var socket = (int) call("socket", SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        try (var arena = Arena.ofConfined()) {
            var name = path.toString().getBytes(StandardCharsets.UTF_8);
            var address = arena.allocate(2 + 108);
            if (name.length >= 108) throw new IOException(path + " is too long for a unix socket");
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
            limit(socket, patience);
            call("bind " + path, BIND, socket, address, (int) address.byteSize());
            call("listen", LISTEN, socket, 1);
            return socket;
        } catch (IOException failure) {
            close(socket);
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

    /** The network interface that a socket is bound to; empty for any. */
    public static String interfaceOf(int socket) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocate(16);
            var length = arena.allocateFrom(JAVA_INT, 16);
            call("getsockopt", GET_OPTION, socket, SOL_SOCKET, SO_BINDTODEVICE, name, length);
            return length.get(JAVA_INT, 0) == 0 ? "" : name.getString(0);
        }
    }

    private static void limit(int socket, Duration patience) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var time = arena.allocate(16, 8);
            time.set(JAVA_LONG, 0, patience.toSeconds());
            time.set(JAVA_LONG, 8, patience.toNanosPart() / 1000);
            for (var option : List.of(SO_RCVTIMEO, SO_SNDTIMEO)) {
                call("setsockopt", SET_OPTION, socket, SOL_SOCKET, option, time, 16);
            }
        }
    }

    private static Function find(String name, MemoryLayout result, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    private static Function variadic(String name, MemoryLayout result, MemoryLayout... arguments) {
        return function(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    private static Function function(String name, FunctionDescriptor shape, Linker.Option... options) {
        var handle = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
        return MethodHandleProxies.asInterfaceInstance(
                Function.class,
                handle.asSpreader(Object[].class, handle.type().parameterCount())
                        .asType(MethodType.methodType(Object.class, Object[].class)));
    }

    /** A function of the C library; the first argument is where it leaves its error. */
    @FunctionalInterface
    public interface Function {
        Object with(Object[] arguments);
    }

    private static long call(String what, Function function, Object... arguments) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var error = arena.allocate(ERROR_STATE);
            var all = new ArrayList<Object>();
            all.add(error);
            all.addAll(List.of(arguments));
            var result = ((Number) function.with(all.toArray())).longValue();
            if (result >= 0) return result;
            var number = (int) ERRNO.get(error, 0L);
            throw new IOException("%s: %s".formatted(what, REASONS.getOrDefault(number, "error " + number)));
        }
    }
}

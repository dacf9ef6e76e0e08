package dev.changeover.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * System calls that the Java library has no words for: descriptors of another process, and a program that is started
 * with one of ours. For Linux on 64 bits. Descriptors are plain numbers of this process; the caller closes them.
 *
 * <p>Each method throws an {@link IOException} that names the call and the kernel's reason.
 */
public final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERROR_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERROR_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_GETFD = 438;
    static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;

    private static final Function SYSCALL = function(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
    private static final Function CLOSE = find("close", JAVA_INT, JAVA_INT);
    private static final Function SPAWN_ACTIONS = find("posix_spawn_file_actions_init", JAVA_INT, ADDRESS);
    private static final Function SPAWN_DUPLICATE =
            find("posix_spawn_file_actions_adddup2", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final Function SPAWN_CLOSE = find("posix_spawn_file_actions_addclose", JAVA_INT, ADDRESS, JAVA_INT);
    private static final Function SPAWN =
            find("posix_spawn", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final Function GET_OPTION =
            find("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private static final String NOT_PERMITTED = "not permitted";
    private static final Path YAMA = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    private static final int CAP_SYS_PTRACE = 19;
    private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]+)$");

    private static final Map<Integer, String> REASONS = Map.of(
            1, NOT_PERMITTED,
            2, "there is no such file",
            3, "no such process",
            9, "no such descriptor",
            11, "nobody came in time",
            13, "permission denied",
            32, "the other end has gone",
            38, "this kernel has no such call: Linux 5.6 or newer is needed",
            98, "the address is in use",
            111, "nobody listens there");

    private SystemCalls() {}

    /** A copy of a descriptor of another process; whatever is done to the socket behind it concerns both. */
    public static int copyOf(long pid, int descriptor) throws IOException {
        var process = (int) call("pidfd_open", SYSCALL, PIDFD_OPEN, pid, 0L, 0L);
        try {
            return (int) call("pidfd_getfd", SYSCALL, PIDFD_GETFD, (long) process, (long) descriptor, 0L);
        } catch (IOException refused) {
            throw new IOException(String.valueOf(refused.getMessage()).replace(NOT_PERMITTED, forbidding()), refused);
        } finally {
            close(process);
        }
    }

    /** What of this host forbids to look into other processes. */
    private static String forbidding() throws IOException {
        if (Files.exists(YAMA) && Files.readString(YAMA).strip().equals("3")) {
            return "kernel.yama.ptrace_scope is 3, which forbids it to everybody until the host is started anew";
        }
        return hasCapability(CAP_SYS_PTRACE)
                ? "a rule of this host forbids it, of SELinux, AppArmor or seccomp: see 'journalctl -k'"
                : "not permitted without root or CAP_SYS_PTRACE";
    }

    /** Whether this process has a capability of Linux, by its number. */
    static boolean hasCapability(int number) throws IOException {
        var effective = CAPABILITIES.matcher(Files.readString(Path.of("/proc/self/status")));
        return effective.find() && (Long.parseUnsignedLong(effective.group(1), 16) >> number & 1) == 1;
    }

    /**
     * Starts a program that has one of our descriptors as its standard input, and that does not end with us.
     *
     * @param words its path, then its arguments
     * @param variables {@code NAME=value}, and no others
     * @return its process
     */
    public static long spawn(List<String> words, List<String> variables, int input) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var actions = arena.allocate(256, 8); // posix_spawn_file_actions_t
            call("posix_spawn", SPAWN_ACTIONS, actions);
            call("posix_spawn", SPAWN_DUPLICATE, actions, input, 0);
            for (var other : descriptors()) call("posix_spawn", SPAWN_CLOSE, actions, other);
            var pid = arena.allocate(JAVA_INT);
            var refused = call(
                    "posix_spawn",
                    SPAWN,
                    pid,
                    arena.allocateFrom(words.getFirst()),
                    actions,
                    MemorySegment.NULL,
                    texts(arena, words),
                    texts(arena, variables));
            if (refused != 0) throw new IOException("%s: %s".formatted(words.getFirst(), reason((int) refused)));
            return pid.get(JAVA_INT, 0);
        }
    }

    /** Java's own sockets would live on in a program that we start; its own way to start one closes them. */
    private static List<Integer> descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(entry -> Integer.valueOf(entry.getFileName().toString()))
                    .filter(descriptor -> descriptor > 2)
                    .toList();
        }
    }

    private static MemorySegment texts(Arena arena, List<String> texts) {
        var array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
        return array;
    }

    /** Closes a descriptor of this process; one that is closed already is no error. */
    public static void close(int descriptor) {
        try {
            call("close", CLOSE, descriptor);
        } catch (IOException closed) {
            // nothing is left to be closed
        }
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

    static Function find(String name, MemoryLayout result, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
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

    static long call(String what, Function function, Object... arguments) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var error = arena.allocate(ERROR_STATE);
            var all = new ArrayList<Object>();
            all.add(error);
            all.addAll(List.of(arguments));
            var result = ((Number) function.with(all.toArray())).longValue();
            if (result >= 0) return result;
            var number = (int) ERRNO.get(error, 0L);
            throw new IOException("%s: %s".formatted(what, reason(number)));
        }
    }

    private static String reason(int number) {
        return REASONS.getOrDefault(number, "error " + number);
    }
}

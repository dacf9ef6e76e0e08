package dev.changeover.node.adoption;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/** Lets the kernel refuse a system call to the calling thread for good, as a rule of a host does. */
final class ForbiddenCall {
    private static final int NO_NEW_PRIVILEGES = 38;
    private static final int SECCOMP = 22;
    private static final long FILTER = 2;
    private static final short LOAD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int NOT_PERMITTED = 0x00050001;
    private static final int ALLOWED = 0x7fff0000;

    private ForbiddenCall() {}

    static void forbid(int number) throws Throwable {
        var linker = Linker.nativeLinker();
        var control = linker.downcallHandle(
                linker.defaultLookup().find("prctl").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try (var arena = Arena.ofConfined()) {
            // Four instructions of 8 bytes: a code, two jumps and a number.
            var filter = arena.allocate(32, 8);
            instruction(filter.asSlice(0), LOAD, 0, 0, 0);
            instruction(filter.asSlice(8), JUMP_IF_EQUAL, 0, 1, number);
            instruction(filter.asSlice(16), RETURN, 0, 0, NOT_PERMITTED);
            instruction(filter.asSlice(24), RETURN, 0, 0, ALLOWED);
            var program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) 4);
            program.set(ADDRESS, 8, filter);
            var ready = (int) control.invokeExact(NO_NEW_PRIVILEGES, 1L, 0L, 0L, 0L);
            var done = (int) control.invokeExact(SECCOMP, FILTER, program.address(), 0L, 0L);
            if (ready != 0 || done != 0) throw new AssertionError("this kernel takes no filter");
        }
    }

    private static void instruction(MemorySegment at, short code, int ifTrue, int ifFalse, int number) {
        at.set(JAVA_SHORT, 0, code);
        at.set(JAVA_BYTE, 2, (byte) ifTrue);
        at.set(JAVA_BYTE, 3, (byte) ifFalse);
        at.set(JAVA_INT, 4, number);
    }
}

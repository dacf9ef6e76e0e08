package dev.changeover.node.check;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The capabilities of Linux that HAProxy may need, with their numbers. */
enum Capability {
    CHOWN(0),
    DAC_OVERRIDE(1),
    SETGID(6),
    SETUID(7),
    NET_BIND_SERVICE(10),
    NET_ADMIN(12),
    NET_RAW(13),
    SYS_CHROOT(18),
    SYS_PTRACE(19),
    SYS_ADMIN(21),
    SYS_RESOURCE(24);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** From the mask that {@code /proc/PID/status} prints. */
    static Set<Capability> of(String hexMask) {
        var mask = Long.parseUnsignedLong(hexMask, 16);
        var set = EnumSet.noneOf(Capability.class);
        for (var one : values()) if ((mask >> one.bit & 1) == 1) set.add(one);
        return set;
    }

    /** From names as systemd prints them, such as {@code cap_net_bind_service cap_setuid}. */
    static Set<Capability> named(String names) {
        var set = EnumSet.noneOf(Capability.class);
        for (var one : values()) {
            if ((" " + names.toUpperCase(Locale.ROOT) + " ").contains(" " + one + " ")) set.add(one);
        }
        return set;
    }

    @Override
    public String toString() {
        return "CAP_" + name();
    }
}

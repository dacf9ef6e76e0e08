package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;

/**
 * Whether a generation may open several sockets on one address. {@code noreuseport} makes a start fail whose sockets were
 * not handed over; without it HAProxy would bind a second socket beside the old one, and what is queued on either is lost
 * when it closes.
 */
enum Guard {
    /** One for each line that binds it, and the old ones at a handover. */
    ALWAYS("    noreuseport\n"),

    /** HAProxy 2.8 and later open one instead of the many that they are given, and warn: the proof would find that. */
    BELOW_2_8("    .if version_before(2.8)\n    noreuseport\n    .endif\n"),

    /** The first one opens several itself. */
    NEVER("");

    private final String lines;

    Guard(String lines) {
        this.lines = lines;
    }

    static Guard of(OperatorConfiguration configuration, ListeningSockets now) {
        var addresses = configuration.addresses();
        // Later versions open several for each group of threads, of which the file need not say anything.
        var hasShards = configuration.hasShards()
                || !configuration.bindsTwice() && addresses.stream().anyMatch(now::isShared);
        if ((hasShards || configuration.bindsTwice()) && addresses.stream().noneMatch(now::anyOn)) return NEVER;
        return hasShards ? BELOW_2_8 : ALWAYS;
    }

    /** What our configuration says in its section {@code global}. */
    String lines() {
        return lines;
    }
}

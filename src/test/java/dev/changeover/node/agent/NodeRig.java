package dev.changeover.node.agent;

import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.driver.Breakpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One node in front of a database, for {@link NodeContract}: a driver's test starts it, asks its agent, and breaks
 * things on the host. The host outlives the agent: {@link #agent} is what a restarted agent would be.
 */
public interface NodeRig extends AutoCloseable {
    /** The user without a password that clients and checks log in as. */
    String USER = "haproxy_check";

    /** What there can be a package of. All but A are newer than A. */
    enum Package {
        /** Serves from the start. */
        A,
        /** A good target. */
        B,
        /** Cannot be run. */
        BROKEN,
        /** Runs, but says that it is another version. */
        SAYS_OTHER_VERSION,
        /** Runs, but no generation of it comes up. */
        DIES_AT_START,
        /** Comes up, and dies some seconds after that, every time. */
        DIES_LATER,
        /** Good, but not what the catalogue's checksum says. */
        OTHER_CHECKSUM,
        /** Its address leads nowhere. */
        MISSING,
        /** Made for another kind of processor. */
        OTHER_ARCH,
        /** Not a package. */
        RUBBISH
    }

    /** What a driver may be unable to express; a case that needs it is then skipped with the driver's reason. */
    enum Ability {
        KERNEL_THAT_DIES_LATER,
        SOCKETS_NOT_HANDED_OVER,
        FULL_DISK,
        ORPHAN,
        UNRESPONSIVE_GENERATION,
        BUSY_SESSIONS,
        TRANSACTIONS,
        RELOAD
    }

    /** Why the ability is missing; empty when it is there. */
    default Optional<String> cannot(Ability ability) {
        return Optional.empty();
    }

    /** This node, pinned to this host. */
    NodeOrder node();

    /** Where clients connect. */
    InetSocketAddress address();

    /** All files of the node are below it. */
    Path home();

    /**
     * A new agent on this host, as after a restart of the agent alone. It calls the breakpoint after each of its steps;
     * what the breakpoint throws ends it like a crash: the driver neither catches it nor cleans up.
     */
    NodeActivities agent(Breakpoint breakpoint);

    /** What the agent made last does every second beside its activities. */
    void supervise();

    /** The emergency door: this kernel, staged before, on a node where nothing serves. */
    void boot(KernelToRun kernel);

    /** A handover to the same kernel with the configuration as it is now. */
    default void reload() {
        throw new UnsupportedOperationException();
    }

    /** What lets generations end that no upgrade retires. */
    OwnRetirement ownRetirement(Duration ageLimit);

    KernelToRun kernel(Package which) throws IOException;

    /** A client that is logged in through the node. */
    default SessionClient connect() throws IOException {
        return new SessionClient(address());
    }

    /** A harmless difference to the operator's configuration. */
    void changeConfiguration() throws IOException;

    /** An operator's configuration that no generation would start with. */
    void ruinConfiguration() throws IOException;

    /** The next generation will not get the listening sockets of the one that serves. */
    void keepSockets() throws IOException;

    /** Whether the database turns away every login from now on. */
    void refuseLogins(boolean yes) throws IOException;

    /** Leaves too little room for a package. */
    void fillDisk() throws IOException;

    /** The agents' clock shows this instant now, and goes on from there; sessions age as before. */
    void setClock(Instant now);

    /** Kills a generation with all its sessions. */
    void kill(int generation) throws IOException;

    /** Whether a generation leaves the agent without an answer from now on; it goes on relaying. */
    void silence(int generation, boolean yes) throws IOException;

    /** Takes from the agent what it needs to steer this generation, which goes on running. */
    void orphan(int generation) throws IOException;

    /**
     * What runs and what listens, in words that stay the same while nothing happens: an inspection must not change
     * them. Files are compared by the contract itself.
     */
    String processes() throws IOException;

    /** Ends everything that the rig has started. */
    @Override
    void close() throws IOException;
}

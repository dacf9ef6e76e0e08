package dev.changeover.node.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an engine can do on its host, nothing about when or whether. Every answer is how things are now. The caller holds
 * the node's lock where something changes. Safe for use by many threads.
 */
public interface ProxyDriver {

    /** The engine, in sentences for people. */
    String name();

    // ---- kernels

    /** @throws IOException when an unpacked package is not one kernel of this engine; the message says why */
    void checkPackage(Path kernel) throws IOException;

    /**
     * What the kernel's program says it is.
     *
     * @throws IOException when it does not run on this host
     */
    String reportedVersion(Path kernel) throws IOException, InterruptedException;

    /** Lets the kernel itself judge, without leaving a trace; empty when it accepts the configuration. */
    Optional<String> refusal(StagedKernel kernel, ProxyConfiguration configuration)
            throws IOException, InterruptedException;

    /** Whether anything on this host still runs from the kernel's directory. */
    boolean isInUse(Path kernel) throws IOException;

    // ---- configurations

    /** The operator's file, which is only read. */
    Path operatorFile();

    /** @throws IOException when the operator's file cannot be read or understood; the message says why */
    ProxyConfiguration configuration() throws IOException;

    /**
     * What a generation has served with.
     *
     * @param reportedVersion of its kernel; empty where nobody has written that down
     */
    record Served(Optional<String> reportedVersion, ProxyConfiguration configuration) {

        /** Whether it was this kernel that served with it. */
        public boolean isProvenBy(StagedKernel kernel) {
            return reportedVersion.filter(kernel.reportedVersion()::equals).isPresent();
        }
    }

    /**
     * What generations have served with, as far as it is left as it was: the youngest first. Remains that are damaged are
     * set aside, so that a later look does not find them.
     */
    List<Served> served() throws IOException;

    /** Writes down that this generation has served, so that its configuration counts after a crash or a reboot. */
    void noteServed(ProxyGeneration generation) throws IOException;

    // ---- generations

    GenerationSnapshot observe() throws IOException;

    /** What accepts connections, to be asked for its end as often as one likes: that costs next to nothing. */
    @FunctionalInterface
    interface Serving {
        /** Whether none of its processes is there any more. */
        boolean hasEnded();
    }

    /**
     * What accepts connections on its addresses, if anything does: the look of every second, which asks for nothing else.
     * One that does so alone is noted as having served.
     */
    default Optional<Serving> serving() throws IOException {
        var processes =
                observe().serving().stream().map(ProxyGeneration::process).toList();
        return processes.isEmpty()
                ? Optional.empty()
                : Optional.of(() ->
                        processes.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
    }

    /**
     * Starts a generation, beside others where there are some. It outlives the agent if anything of the engine does.
     *
     * @param old whose listening sockets it takes
     * @return as soon as it accepts; it may not yet answer all questions
     */
    ProxyGeneration start(
            StagedKernel kernel, ProxyConfiguration configuration, Optional<ProxyGeneration> old, Poll poll)
            throws StartFailedException, IOException, InterruptedException;

    /**
     * Repeats on one generation what people and traffic have changed at run time in the other, where both have the thing
     * and the operator wrote the same about it for both. May run twice.
     *
     * @return names of servers about which the operator wrote something else, as {@link Health.Server} has them
     */
    Set<String> repeatRunTimeState(ProxyGeneration from, ProxyGeneration to) throws IOException;

    /** What a new generation learns from other hosts, which takes the time that it takes. */
    @FunctionalInterface
    interface Learning {
        /** What it does not know yet, for people; empty when it knows what the old one knew at the beginning. */
        Optional<String> lack() throws IOException;
    }

    /** What says to which server clients go, and cannot be repeated but is learned from other hosts. */
    default Learning learning(ProxyGeneration from, ProxyGeneration to) throws IOException {
        return Optional::empty;
    }

    /** Whether nothing runs any more of a generation that is gone. */
    boolean hasEnded(int generation);

    /** Removes the files of a generation that has ended. */
    void remove(int generation) throws IOException;

    /** What the youngest generation said before it ended; empty where none has ended, or nothing is kept of it. */
    default Optional<String> lastWords() throws IOException {
        return Optional.empty();
    }

    /** Keeps what generations leave on the disk within bounds. */
    default void tidy() throws IOException {}

    // ---- addresses

    /** The listening sockets of this host at one moment. */
    @FunctionalInterface
    interface Sockets {
        /** Those on exactly this address that a generation's process holds: equal sets are the same sockets. */
        Set<Long> heldBy(long process, InetSocketAddress address);
    }

    Sockets sockets() throws IOException;

    /** Whether anybody at all listens on an address of the configuration. */
    boolean isTaken(ProxyConfiguration configuration) throws IOException;

    /**
     * Processes with sockets on the addresses of the configuration that are no generation, one sentence each.
     *
     * @param listening those that listen, or hold a copy of a socket that does
     * @param withSessions those that hold sessions of clients
     */
    record Foreigners(List<String> listening, List<String> withSessions) {}

    Foreigners foreigners(ProxyConfiguration configuration, GenerationSnapshot known) throws IOException;

    /**
     * Opens a connection as a client of the node does, and leaves politely.
     *
     * @throws IOException when it comes to no login, though the connection may have been accepted
     */
    void knock(InetSocketAddress address) throws IOException;
}

package dev.changeover.node;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an agent saw on its host.
 *
 * @param protocol of the agent; the server accepts its own and the one before
 * @param observedAt on the agent's clock; on the control plane's once that has it ({@link #between})
 * @param generations newest first, retiring ones included
 * @param boot the kernel that would be started after a reboot; null when there is none yet
 * @param problems each of them refuses an upgrade
 * @param warnings what an owner should know and may accept
 * @param freeBytes on the disk that holds the kernels
 * @param backends that clients can reach, in the order of the file; none from agents that did not tell it yet
 * @param look orders what the agent saw, because its clock cannot; null from agents that did not number it yet
 * @param agent its version; null where it does not know, as when it runs from classes
 */
public record NodeState(
        String nodeId,
        String machineId,
        int protocol,
        Instant observedAt,
        List<Generation> generations,
        @Nullable KernelVersion boot,
        List<Problem> problems,
        List<String> warnings,
        long freeBytes,
        List<Backend> backends,
        @Nullable Look look,
        @Nullable String agent) {

    /** The protocol this code speaks. */
    public static final int PROTOCOL = 1;

    /** Clocks that differ by less are as good as one. */
    private static final Duration SAME_TIME = Duration.ofSeconds(5);

    /** From a look to Temporal, which an agent tries so long to reach, it takes no longer. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    public NodeState {
        requireWord(nodeId, 64);
        requireWord(machineId, 64);
        requireNonNull(observedAt);
        generations = List.copyOf(generations);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        backends = List.copyOf(Objects.requireNonNullElse(backends, List.of()));
    }

    /** What is written down as it is: a database takes no more, and no control characters. */
    private static void requireWord(String text, int most) {
        if (text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a word that an agent says");
        }
    }

    /**
     * The same as of the control plane's clock, which orders what is seen of a node: an agent's clock may be a day off.
     * Where it is, that is a warning.
     *
     * @param asked when the control plane asked; {@link Instant#EPOCH} if that is not known
     * @param answered when it had the answer, on the same clock
     */
    public NodeState between(Instant asked, Instant answered) {
        return between(asked, answered, look == null || asked.equals(Instant.EPOCH) ? look : look.asked(asked));
    }

    /**
     * The same of what the agent told by itself: its looks come in the order of their numbers. But what was heard a minute
     * before is older whatever number it has, because anybody may have told that.
     */
    public NodeState told(Instant at) {
        return between(at, at, look == null ? null : look.asked(at.minus(ON_ITS_WAY)));
    }

    private NodeState between(Instant asked, Instant answered, @Nullable Look ordered) {
        var ahead = Duration.between(answered, observedAt);
        var behind = Duration.between(observedAt, asked);
        var skew = ahead.compareTo(behind) > 0 ? ahead : behind;
        var told = new ArrayList<>(warnings);
        if (skew.compareTo(SAME_TIME) > 0) {
            told.add("the clock of this host is %d s %s the control plane's: let NTP set it"
                    .formatted(skew.toSeconds(), skew == ahead ? "ahead of" : "behind"));
        }
        return new NodeState(
                nodeId,
                machineId,
                protocol,
                answered,
                generations,
                boot,
                problems,
                told,
                freeBytes,
                backends,
                ordered,
                agent);
    }

    /** The one generation that accepts connections; empty when none or more than one does. */
    public Optional<Generation> serving() {
        var serving = generations.stream().filter(Generation::serving).toList();
        return serving.size() == 1 ? Optional.of(serving.getFirst()) : Optional.empty();
    }

    /** Sessions of clients through all generations. */
    public int sessions() {
        return generations.stream().mapToInt(Generation::sessions).sum();
    }

    /**
     * One master and worker of the proxy software.
     *
     * @param kernel null when its reported version is not one this host knows
     * @param overAge sessions that are older than the limit of the {@link NodeOrder}, 24 h unless asked for
     */
    public record Generation(
            int number,
            @Nullable KernelVersion kernel,
            String reportedVersion,
            boolean serving,
            int sessions,
            int overAge) {
        public Generation {
            requireWord(reportedVersion, 128);
        }
    }

    /**
     * A backend, and what proves it after a handover.
     *
     * @param unsaid with MYSQL: nothing says what its servers speak, and only one that greets as MySQL does is logged in to
     */
    public record Backend(String name, Kind kind, boolean unsaid) {

        /** What its servers speak, by the agent's settings, their checks and their mode. */
        public enum Kind {
            /** MySQL, or nothing says otherwise: the check user logs in through it. */
            MYSQL,
            /** Something else: its checks alone prove it. */
            OTHER
        }
    }

    /** Why the node must not be touched now, with a sentence an operator can act on. */
    public record Problem(Kind kind, String text) {
        public Problem {
            requireNonNull(kind);
            requireNonNull(text);
        }

        /** Stable names of problems. */
        public enum Kind {
            NOTHING_SERVES,
            SEVERAL_SERVE,
            NO_ANSWER,
            /** Said by agents that upgrades still waited for: speaks against nothing any more. */
            STILL_RETIRING,
            ORPHANED_GENERATION,
            CONFIG_CHANGED,
            CONFIG_UNUSABLE,
            HARD_STOP_AFTER,
            FOREIGN_PROXY,
            CRASH_LOOP,
            MAINTENANCE,
            DISK_FULL,
            /** The host has no memory, or no descriptors, for one more generation beside those that run. */
            NO_ROOM,
            /** The next generation would send clients to other servers; a request may accept that. */
            LOST_STICKINESS
        }
    }
}

package dev.changeover.node;

import java.time.Instant;
import java.util.List;

/**
 * How far a retirement is; the heartbeat's details, and where a retry goes on.
 *
 * @param nodeId whose, so that a heartbeat tells it by itself
 * @param left sessions that old generations still hold
 * @param closed sessions closed because of their age, since the retirement began
 * @param oldestSeconds age of the oldest session left; 0 when none is left
 * @param holders the longest-lived clients, at most ten
 * @param closings the last closings, at most a hundred
 */
public record RetireProgress(
        String nodeId, int left, int closed, long oldestSeconds, List<Holder> holders, List<Closing> closings) {
    public RetireProgress {
        holders = List.copyOf(holders);
        closings = List.copyOf(closings);
    }

    /** A client that is still connected through an old generation. */
    public record Holder(String client, int generation, long ageSeconds, boolean idle) {}

    /** A session that was closed because of its age. */
    public record Closing(String client, int generation, long ageSeconds, Instant at) {}
}

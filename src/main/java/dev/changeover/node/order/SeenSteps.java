package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.changeover.host.PrivateFile;
import dev.changeover.node.NodeFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest step of each job that this agent was ordered to do, in a file: an older one is a replay. So is the newest
 * one once it was called off. A job is forgotten when none of its orders that were seen is good any more. Safe for
 * concurrent use in one process.
 */
final class SeenSteps {
    private final Path file;

    SeenSteps(Path runDir) {
        this.file = runDir.resolve("orders.json");
    }

    /**
     * @param step the newest one
     * @param over whether it was called off, so that it may not come again
     * @param good until when some order of the job is good
     */
    record Seen(long step, boolean over, Instant good) {}

    /** Remembers the order, before it is carried out. */
    synchronized void saw(SignedText order, Instant now) {
        if (order.jobId().isEmpty()) {
            return;
        }
        var all = read();
        var before = all.get(lane(order));
        if (before != null && (order.step() < before.step() || order.step() == before.step() && before.over())) {
            throw NodeFault.STALE_ORDER.because(
                    "step %d of job %s is %s: nothing was done; only the control plane can order it again"
                            .formatted(
                                    order.step(),
                                    order.jobId(),
                                    order.step() < before.step()
                                            ? "older than step %d, which this agent has seen".formatted(before.step())
                                            : "called off"));
        }
        if (before == null || order.step() > before.step()) {
            all.values().removeIf(seen -> seen.good().isBefore(now));
            var good = before == null || order.good().isAfter(before.good()) ? order.good() : before.good();
            all.put(lane(order), new Seen(order.step(), false, good));
            write(all);
        }
    }

    /** The step was called off. */
    synchronized void over(SignedText order) {
        var all = read();
        all.computeIfPresent(
                lane(order),
                (job, seen) -> seen.step() == order.step() ? new Seen(seen.step(), true, seen.good()) : seen);
        write(all);
    }

    private static String lane(SignedText order) {
        return order.kind().isBeside() ? order.jobId() + " beside" : order.jobId();
    }

    private Map<String, Seen> read() {
        try {
            if (Files.notExists(file)) {
                return new TreeMap<>();
            }
            try {
                return SignedText.JSON.readValue(Files.readString(file), new TypeReference<TreeMap<String, Seen>>() {});
            } catch (JsonProcessingException damaged) {
                PrivateFile.setAside(file, "does not say which steps of its jobs this agent has seen");
                return new TreeMap<>();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(Map<String, Seen> all) {
        try {
            PrivateFile.write(file, SignedText.write(all));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.changeover.node.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest step of each job that this agent was ordered to do, in a file: an older one is a replay. So is the newest
 * one once it is over: called off, failed for good, or begun as often as the control plane tries it. What would change the
 * node is one, too, once another job has looked at it or changed it, whose steps have higher numbers. A look is never a
 * replay, because it changes nothing, but it outdates what was ordered before it; a closing outdates nothing, and nothing
 * outdates it, but what it did is kept, so that its repeat needs to do nothing. A job is forgotten when none of its orders
 * that were seen is good any more. Safe for concurrent use in one process.
 *
 * <p>Each line of the file is a JSON object with one job or more, and counts instead of what the lines before it say of
 * them; a step is one line more, until there are many and the file is written anew. What it says is kept in memory as long
 * as nobody else changes it.
 */
final class SeenSteps {
    private static final Logger LOG = LoggerFactory.getLogger(SeenSteps.class);

    /** More are written anew as one. */
    private static final int LINES = 100;

    /** No job has this name: the newest step of whichever job that looked at the node or changed it. */
    private static final String ANY = "";

    /** No order to change a node is good for so long. */
    private static final Duration LONGER = Duration.ofDays(1);

    private final Path file;
    private final Map<String, Seen> all = new TreeMap<>();
    private Optional<FileStamp> read = Optional.empty();
    private int lines = LINES;

    SeenSteps(Path runDir) {
        this.file = runDir.resolve("orders.json");
    }

    /**
     * @param step the newest one
     * @param over whether it was called off, failed for good or is answered, so that it may not come again
     * @param good until when some order of the job is good
     * @param begun how often; an agent older than this wrote down none
     * @param closed the answer to a closing that was carried out
     */
    record Seen(
            long step,
            boolean over,
            Instant good,
            int begun,
            @Nullable Closed closed) {
        Seen {
            Objects.requireNonNull(good, "good");
        }
    }

    /**
     * Remembers the order, before it is carried out.
     *
     * @return what it closed; empty where it is yet to be carried out
     */
    synchronized Optional<Closed> saw(SignedText order, Instant now) {
        if (order.jobId().isEmpty()) {
            return Optional.empty();
        }
        if (order.kind().isLook()) {
            sawLook(order, now);
            return Optional.empty();
        }
        readIfChanged();
        var before = all.get(lane(order));
        if (before != null && before.closed() != null) {
            return Optional.of(before.closed());
        }
        var why = before == null ? null : whyNot(order, before);
        var newest = all.get(ANY);
        if (why == null && newest != null && order.kind().isChange() && order.step() < newest.step()) {
            why = "is older than step %d of another upgrade, which this agent has seen".formatted(newest.step());
        }
        if (why != null) {
            throw NodeFault.STALE_ORDER.because(
                    "step %d, %s, of job %s %s: nothing was done; only the control plane can order it again"
                            .formatted(order.step(), order.kind(), order.jobId(), why));
        }
        try {
            note(order, before, now);
        } catch (UncheckedIOException unwritable) {
            if (before == null || order.step() > before.step()) {
                throw NodeFault.NO_ANSWER.because(
                        "it cannot be kept which orders this host has seen, so none is carried out: "
                                + Reason.of(requireNonNull(unwritable.getCause())));
            }
            // A step that is under way goes on where the disk is full.
            LOG.warn("it cannot be kept that step {} is begun again: {}", order.step(), unwritable.getMessage());
        }
        return Optional.empty();
    }

    private static @Nullable String whyNot(SignedText order, Seen before) {
        if (order.step() < before.step()) {
            return "is older than step %d, which this agent has seen".formatted(before.step());
        }
        if (order.step() > before.step()) {
            return null;
        }
        if (before.over()) {
            return "is over, because it was called off or failed for good";
        }
        return before.begun() < order.kind().attempts()
                ? null
                : "was begun %d times, as often as the control plane tries it".formatted(before.begun());
    }

    private void sawLook(SignedText order, Instant now) {
        try {
            readIfChanged();
            var before = all.get(lane(order));
            if (before == null || order.step() > before.step()) note(order, before, now);
        } catch (UncheckedIOException unwritable) {
            // What is looked for may be why.
            LOG.warn("a look cannot be noted: {}", unwritable.getMessage());
        }
    }

    private void note(SignedText order, @Nullable Seen before, Instant now) {
        all.values().removeIf(seen -> seen.good().isBefore(now));
        var good = before == null || order.good().isAfter(before.good()) ? order.good() : before.good();
        var begun = before != null && before.step() == order.step() ? before.begun() : 0;
        var said = new TreeMap<>(Map.of(lane(order), new Seen(order.step(), false, good, begun + 1, null)));
        var newest = all.get(ANY);
        if ((order.kind().isLook() || order.kind().isChange()) && (newest == null || newest.step() < order.step())) {
            said.put(ANY, new Seen(order.step(), false, now.plus(LONGER), 0, null));
        }
        write(said);
    }

    /**
     * The step was called off, failed for good or, if it is a closing, was carried out: whoever wants more signs a new one.
     *
     * @param closed what the closing did
     */
    synchronized void over(SignedText order, @Nullable Closed closed) {
        try {
            readIfChanged();
            var seen = all.get(lane(order));
            if (seen != null && seen.step() == order.step()) {
                write(Map.of(lane(order), new Seen(seen.step(), true, seen.good(), seen.begun(), closed)));
            }
        } catch (UncheckedIOException unwritable) {
            LOG.warn("it cannot be kept that an order is over: {}", unwritable.getMessage());
        }
    }

    /** Each closing is one of its own: it may last, and others are ordered meanwhile. */
    private static String lane(SignedText order) {
        return order.kind().isBeside() ? order.jobId() + " beside " + order.step() : order.jobId();
    }

    private void readIfChanged() {
        try {
            var now = FileStamp.of(file);
            if (now.isEmpty() || !now.equals(read)) {
                all.clear();
                lines = LINES;
                if (now.isPresent()) read(new String(Files.readAllBytes(file), UTF_8));
                read = now;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A last line without its end was never written: its order was not carried out. */
    private void read(String content) throws IOException {
        var whole = content.lastIndexOf('\n') + 1;
        try {
            var wholeLines = content.substring(0, whole).lines().toList();
            for (var line : wholeLines) add(line);
            if (whole == content.length()) {
                lines = wholeLines.size();
            } else if (whole == 0) {
                add(content);
            }
        } catch (JsonProcessingException damaged) {
            PrivateFile.setAside(file, "does not say which steps of all its jobs this agent has seen");
            PrivateFile.write(file, SignedText.write(all) + "\n");
        }
    }

    private void add(String line) throws JsonProcessingException {
        var said = SignedText.JSON.readValue(line, new TypeReference<Map<String, Seen>>() {});
        if (said == null || said.containsValue(null)) {
            throw new JsonParseException(null, "no steps: " + line);
        }
        all.putAll(said);
    }

    private void write(Map<String, Seen> said) {
        all.putAll(said);
        try {
            if (lines < LINES) {
                PrivateFile.append(file, SignedText.write(said) + "\n");
                lines++;
            } else {
                PrivateFile.write(file, SignedText.write(all) + "\n");
                lines = 1;
            }
            read = FileStamp.of(file);
        } catch (IOException failure) {
            read = Optional.empty();
            throw new UncheckedIOException(failure);
        }
    }
}

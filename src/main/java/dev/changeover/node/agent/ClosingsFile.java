package dev.changeover.node.agent;

import dev.changeover.host.PrivateFile;
import dev.changeover.node.RetireProgress.Closing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was closed on this node, whoever did it, and when last: in a file, so that the pace holds for every order, every
 * process and across crashes, and so that no closing is missing in a report, whatever became of heartbeats. Lines of words
 * with tabs between: {@code last INSTANT}, {@code order COUNT KEY}, {@code closing CLIENT GENERATION AGE INSTANT KEY}.
 */
final class ClosingsFile {

    private static final int MOST_ORDERS = 200;
    private static final int MOST_CLOSINGS = 300;

    /**
     * What one order has closed.
     *
     * @param closings the last ones
     */
    record Account(int closed, List<Closing> closings) {}

    private record Entry(String order, Closing closing) {}

    private record Content(Optional<Instant> last, Map<String, Integer> orders, List<Entry> closings) {}

    /** When this process closed last, by file, in nanoseconds of a clock that nobody sets. */
    private static final Map<Path, Long> OWN = new ConcurrentHashMap<>();

    private final Path file;
    private final InstantSource clock;

    /** A last closing that is still to come: the clock was set back since. */
    private @Nullable Instant ahead;

    /** When this was first seen, in nanoseconds of a clock that nobody sets. */
    private long seen;

    ClosingsFile(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    Path file() {
        return file;
    }

    /** How long the pace still forbids the next closing; zero or less when one is due. */
    Duration untilDue(Duration pace) throws IOException {
        var byFile = byFile(pace);
        var own = OWN.get(file);
        if (own == null) return byFile;
        // The clock may have been set on since.
        var byOwn = pace.minusNanos(System.nanoTime() - own);
        return byOwn.compareTo(byFile) > 0 ? byOwn : byFile;
    }

    private Duration byFile(Duration pace) throws IOException {
        var last = read().last().orElse(null);
        if (last == null) return Duration.ZERO;
        var now = clock.instant();
        if (!last.isAfter(now)) return Duration.between(now, last.plus(pace));
        if (!last.equals(ahead)) {
            ahead = last;
            seen = System.nanoTime();
        }
        return pace.minusNanos(System.nanoTime() - seen);
    }

    Account of(String order) throws IOException {
        var content = read();
        return new Account(
                content.orders().getOrDefault(order, 0),
                content.closings().stream()
                        .filter(entry -> entry.order().equals(order))
                        .map(Entry::closing)
                        .toList());
    }

    /**
     * Before the closing itself. After a crash in between, one is counted that lives; when it is closed in truth, whoever
     * ordered that, it counts once. The caller holds the node's lock.
     */
    void add(String order, Closing closing) throws IOException {
        var content = read();
        content.closings().removeIf(entry -> {
            var lived = entry.closing().isOfTheSame(closing);
            if (lived) content.orders().merge(entry.order(), -1, Integer::sum);
            return lived;
        });
        var count = content.orders().getOrDefault(order, 0);
        content.orders().remove(order);
        content.orders().put(order, count + 1);
        content.closings().add(new Entry(order, closing));
        write(new Content(Optional.of(closing.at()), content.orders(), content.closings()));
        OWN.put(file, System.nanoTime());
    }

    /** The session had gone: the last one added was not closed. The caller holds the node's lock. */
    void takeBack(String order) throws IOException {
        var content = read();
        content.orders().merge(order, -1, Integer::sum);
        content.closings().removeLast();
        write(content);
    }

    /** The last one added was closed no earlier than this, and the pace counts from then. The caller holds the lock. */
    void wasLater(Instant at) throws IOException {
        var content = read();
        write(new Content(Optional.of(at), content.orders(), content.closings()));
        OWN.put(file, System.nanoTime());
    }

    private void write(Content content) throws IOException {
        var lines = new ArrayList<String>();
        content.last().ifPresent(last -> lines.add("last\t" + last));
        content.orders().entrySet().stream()
                .skip(Math.max(0, content.orders().size() - MOST_ORDERS))
                .forEach(order -> lines.add("order\t" + order.getValue() + "\t" + order.getKey()));
        content.closings().stream()
                .skip(Math.max(0, content.closings().size() - MOST_CLOSINGS))
                .forEach(entry -> lines.add("closing\t%s\t%d\t%d\t%s\t%s"
                        .formatted(
                                entry.closing().client(),
                                entry.closing().generation(),
                                entry.closing().ageSeconds(),
                                entry.closing().at(),
                                entry.order())));
        PrivateFile.write(file, String.join("\n", lines) + "\n");
    }

    private Content read() throws IOException {
        if (Files.notExists(file)) return nothing(Optional.empty());
        try {
            return parse(PrivateFile.wholeLines(file).orElse(List.of()));
        } catch (DateTimeException
                | IllegalArgumentException
                | ArrayIndexOutOfBoundsException
                | NoSuchElementException damaged) {
            // Its time tells when the last one was, well enough for the pace.
            var last = Files.getLastModifiedTime(file).toInstant();
            PrivateFile.setAside(file, "does not say what was closed");
            write(nothing(Optional.of(last)));
            return nothing(Optional.of(last));
        }
    }

    private static Content nothing(Optional<Instant> last) {
        return new Content(last, new LinkedHashMap<>(), new ArrayList<>());
    }

    private static Content parse(List<String> lines) {
        var content = nothing(Optional.of(Instant.parse(lines.getFirst().split("\t")[1])));
        for (var line : lines.subList(1, lines.size())) {
            var words = line.split("\t");
            switch (words[0]) {
                case "order" -> content.orders().put(words[2], Integer.parseInt(words[1]));
                case "closing" ->
                    content.closings()
                            .add(new Entry(
                                    words[5],
                                    new Closing(
                                            words[1],
                                            Integer.parseInt(words[2]),
                                            Long.parseLong(words[3]),
                                            Instant.parse(words[4]))));
                default -> throw new IllegalArgumentException(words[0]);
            }
        }
        return content;
    }
}

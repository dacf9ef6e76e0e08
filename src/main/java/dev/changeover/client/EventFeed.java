package dev.changeover.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An upgrade's events as they happen, on a thread of its own; a line that broke is taken up after the last event seen.
 */
public final class EventFeed implements AutoCloseable {
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(1);

    private final RestClient server;
    private final String path;
    private final LinkedBlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread reader;
    private volatile boolean last;
    private int seen;

    public EventFeed(RestClient server, String path) {
        this.server = server;
        this.path = path;
        this.reader = Thread.ofVirtual().name("events").start(this::read);
    }

    /** The events since the last call; waits up to {@code longest} for a first one. */
    public List<JsonNode> within(Duration longest) throws InterruptedException {
        var found = new ArrayList<JsonNode>();
        var first = events.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            found.add(first);
            events.drainTo(found);
        }
        return found;
    }

    /** The remaining events after the upgrade has ended; the server ends the stream after the last. */
    public List<JsonNode> rest(Duration longest) throws InterruptedException {
        last = true;
        reader.join(longest);
        var found = new ArrayList<JsonNode>();
        events.drainTo(found);
        return found;
    }

    @Override
    public void close() {
        last = true;
        closing.countDown();
    }

    private void read() {
        try {
            do {
                readOnce();
            } while (!last && !closing.await(BEFORE_ANOTHER_TRY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the server can be reached at all is seen by whoever asks where the upgrade stands. */
    private void readOnce() {
        try {
            server.follow(path, seen, this::happened);
        } catch (Failure broken) {
            return;
        }
    }

    private void happened(JsonNode event) {
        seen = event.path("number").asInt();
        events.add(event);
    }
}

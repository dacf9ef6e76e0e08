package dev.changeover.demo;

import dev.changeover.demo.Traffic.Latency;
import dev.changeover.mysql.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Clients that come, ask one question and go, at a fixed rate whatever the server does (an open loop). A connection's
 * clock runs from the moment it was <em>meant</em> to start: when everything stalls, the stall is in the figures of all
 * that had to wait, not of one.
 *
 * <p>Each one connects, logs in with MySQL's full handshake, asks, and says good-bye. It has failed unless it got the
 * right answer to its question, whatever the reason. Safe for use by several threads.
 */
public final class ShortConnections implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 4000;
    private static final int REASONS_KEPT = 20;
    private static final long LONGEST_MICROS = Duration.ofSeconds(60).toNanos() / 1000;
    private static final String QUESTION = "select 1";
    private static final String ANSWER = "1";

    private final List<InetSocketAddress> addresses;
    private final Login login;
    private final long interval;
    private final long start = System.nanoTime();
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private final Thread pacer;
    private volatile Count current;
    private volatile boolean stopped;

    private ShortConnections(List<InetSocketAddress> addresses, Login login, int perSecond) {
        this.addresses = List.copyOf(addresses);
        this.login = login;
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.current = count("before");
        this.pacer = Thread.ofPlatform().daemon().name("short-connections").unstarted(this::startOnTime);
    }

    /**
     * Starts at once, in the phase {@code before}.
     *
     * @param addresses one for each node, used in turn
     * @param perSecond connections a second over all addresses, 1 to 5000
     */
    public static ShortConnections start(List<InetSocketAddress> addresses, Login login, int perSecond) {
        if (addresses.isEmpty() || perSecond < 1 || perSecond > 5000) {
            throw new IllegalArgumentException(
                    "needs an address and 1 to 5000 connections a second, not " + perSecond + " to " + addresses);
        }
        var clients = new ShortConnections(addresses, login, perSecond);
        clients.pacer.start();
        return clients;
    }

    /** Counts connections that start from now on in that phase; a name used before goes on with its figures. */
    public void mark(String phase) {
        current = count(phase);
    }

    private Count count(String phase) {
        synchronized (counts) {
            return counts.computeIfAbsent(phase, first -> new Count());
        }
    }

    /** The figures so far of every phase together. */
    public Traffic total() {
        var all = new Count();
        synchronized (counts) {
            counts.values().forEach(all::add);
        }
        return all.traffic();
    }

    /** The figures so far of one phase; nothing where the phase has not been. */
    public Traffic of(String phase) {
        return count(phase).traffic();
    }

    /**
     * Starts no more and waits for those under way, so that the figures are final afterwards.
     *
     * @throws IllegalStateException if the load had ended before by itself: its figures would look too good
     */
    @Override
    public void close() {
        if (!stopped && !pacer.isAlive()) {
            throw new IllegalStateException("the load ended by itself after " + total().connections() + " connections");
        }
        stopped = true;
        LockSupport.unpark(pacer);
        try {
            pacer.join();
            places.acquire(MOST_AT_ONCE);
            places.release(MOST_AT_ONCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void startOnTime() {
        for (long number = 0; ; number++) {
            long intended = start + number * interval;
            for (long wait = intended - System.nanoTime(); wait > 0 && !stopped; wait = intended - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            if (stopped) {
                return;
            }
            var address = addresses.get((int) (number % addresses.size()));
            Count count = current;
            if (places.tryAcquire()) {
                Thread.startVirtualThread(() -> connect(address, intended, count));
            } else {
                count.failed(message(address, MOST_AT_ONCE + " connections wait for an answer already"));
            }
        }
    }

    private void connect(InetSocketAddress address, long intended, Count count) {
        // A failure must never go uncounted.
        @Nullable String reason = "it ended in a way nobody thought of";
        try (var connection = MySqlConnection.open(address, login, ANSWER_TIMEOUT)) {
            String answer = connection.query(QUESTION);
            if (answer.equals(ANSWER)) {
                count.succeeded((System.nanoTime() - intended) / 1000);
                reason = null;
                connection.quit();
            } else {
                reason = "a wrong answer: " + answer;
            }
        } catch (IOException failure) {
            reason = reason == null ? null : String.valueOf(failure.getMessage());
        } finally {
            if (reason != null) {
                count.failed(message(address, reason));
            }
            places.release();
        }
    }

    private String message(InetSocketAddress address, String reason) {
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(Locale.ROOT, "%.3f s, port %d: %s", seconds, address.getPort(), reason);
    }

    private static final class Count {
        private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
        private final List<String> reasons = new ArrayList<>();
        private long failed;

        synchronized void succeeded(long afterMicros) {
            micros.recordValue(Math.min(afterMicros, LONGEST_MICROS));
        }

        synchronized void failed(String reason) {
            if (failed < REASONS_KEPT) {
                reasons.add(reason);
            }
            failed++;
        }

        void add(Count other) {
            synchronized (other) {
                micros.add(other.micros);
                reasons.addAll(other.reasons);
                failed += other.failed;
            }
        }

        synchronized Traffic traffic() {
            return new Traffic(
                    micros.getTotalCount() + failed,
                    failed,
                    Latency.of(micros),
                    reasons.stream().limit(REASONS_KEPT).toList());
        }
    }
}

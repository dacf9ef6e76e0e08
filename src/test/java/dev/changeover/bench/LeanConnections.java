package dev.changeover.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that cost next to nothing, so that what is measured gets the processors: each connects, waits for the first byte
 * of a server that speaks first, and resets. One thread makes ten thousand a second; fewer where the host carries fewer,
 * because only so many are open at once. Who got no byte has failed, also those that still wait at the end.
 */
final class LeanConnections implements AutoCloseable {
    static final int AT_ONCE = 256;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** Between two looks at answers. */
    private static final int BEGUN_TOGETHER = 32;

    private final InetSocketAddress address;
    private final double perNano;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("lean-connections").unstarted(this::run);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(64);
    private int open;
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean stopped;

    private LeanConnections(InetSocketAddress address, int perSecond) {
        this.address = address;
        this.perNano = perSecond / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** @param perSecond at most */
    static LeanConnections start(InetSocketAddress address, int perSecond) {
        var clients = new LeanConnections(address, perSecond);
        clients.thread.start();
        return clients;
    }

    /** What became of them so far. */
    record Count(long nanos, long answered, long failed) {
        Count since(Count earlier) {
            return new Count(nanos - earlier.nanos, answered - earlier.answered, failed - earlier.failed);
        }
    }

    /** @throws IllegalStateException if they ended by themselves: their figures would look too good */
    Count count() {
        if (!stopped && !thread.isAlive()) throw new IllegalStateException("the clients ended by themselves");
        return new Count(System.nanoTime(), answered.sum(), failed.sum());
    }

    private void run() {
        try (var selector = Selector.open()) {
            var last = System.nanoTime();
            var due = 0.0;
            while (!stopped) {
                var now = System.nanoTime();
                due = Math.min(due + (now - last) * perNano, AT_ONCE);
                last = now;
                int begun = 0;
                for (; due >= 1 && open < AT_ONCE && begun < BEGUN_TOGETHER; begun++, due--) begin(selector);
                if (begun == BEGUN_TOGETHER) selector.selectNow(this::look);
                else selector.select(this::look, 1);
            }
            var end = System.nanoTime();
            while (open > 0 && System.nanoTime() - end < ANSWER_TIMEOUT.toNanos()) selector.select(this::look, 1);
            failed.add(open);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void begin(Selector selector) throws IOException {
        var client = SocketChannel.open();
        try {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            var isThere = client.connect(address) || client.finishConnect();
            client.register(selector, isThere ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
            open++;
        } catch (IOException refused) {
            failed.increment();
            client.close();
        }
    }

    private void look(SelectionKey key) {
        var client = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                client.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                return;
            }
            if (client.read(answer.clear()) > 0) answered.increment();
            else failed.increment();
        } catch (IOException reset) {
            failed.increment();
        }
        open--;
        try {
            client.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Begins no more and waits for those under way. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}

package dev.changeover.node.agent;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlPackets;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A long-lived MySQL session, over a raw socket, that notices at once when somebody closes it. */
public final class SessionClient implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final byte QUIT = 1;
    private static final byte QUERY = 3;
    private static final byte PING = 14;

    private final Instant began = Instant.now();
    private final SocketChannel channel;
    private final MySqlPackets packets;
    private final String name;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Instant> closed = new CompletableFuture<>();
    private volatile Instant open = began;

    public SessionClient(InetSocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        name = String.valueOf(channel.getLocalAddress()).replace("/", "");
        channel.socket().setSoTimeout((int) LOOK.toMillis());
        packets = new MySqlPackets(new Looking(channel.socket().getInputStream()), Channels.newOutputStream(channel));
        packets.logIn(new Login(NodeRig.USER, ""));
        Thread.ofVirtual().name("client " + name).start(this::read);
    }

    /** The client's end, as {@code address:port}. */
    public String name() {
        return name;
    }

    /** Whether the session still answers. */
    public boolean alive() throws InterruptedException {
        if (closed.isDone()) {
            return false;
        }
        try {
            packets.startCommand(new byte[] {PING});
        } catch (IOException gone) {
            return false;
        }
        return saysOk();
    }

    /** Asks something that takes the database longer than any test. */
    public void ask(String query) throws IOException {
        var text = query.getBytes(StandardCharsets.UTF_8);
        var body = ByteBuffer.allocate(1 + text.length).put(QUERY).put(text);
        packets.startCommand(body.array());
    }

    /** Runs a statement that has no rows. */
    public void run(String statement) throws IOException, InterruptedException {
        ask(statement);
        if (!saysOk()) {
            throw new IOException("the database did not run: " + statement);
        }
    }

    private boolean saysOk() throws InterruptedException {
        var answer = answers.poll(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return answer != null && answer.length > 0 && answer[0] == 0;
    }

    /** Whether the other side has closed the session. */
    public boolean closedByPeer() {
        return closed.isDone();
    }

    /** When this client saw that it was closed. */
    public Instant closedAt() {
        return closed.join();
    }

    /**
     * A moment at which it was still open, at most a look before it was closed, however late this client was to see that. What
     * lies between it and {@link #closedAt()} of the one closed before is never shorter than the time between the two closings.
     */
    Instant openUntil() {
        closed.join();
        return open;
    }

    /** How long it has been open, or was. */
    public Duration lived() {
        return Duration.between(began, closed.getNow(Instant.now()));
    }

    /** Says goodbye, if somebody still listens. */
    @Override
    public void close() {
        try (channel) {
            if (!closed.isDone()) {
                packets.startCommand(new byte[] {QUIT});
            }
        } catch (IOException alreadyGone) {
            // there is nobody to say it to
        }
    }

    private void read() {
        try {
            while (true) {
                answers.add(packets.receive().payload());
            }
        } catch (IOException ended) {
            closed.complete(Instant.now());
            answers.add(new byte[0]);
        }
    }

    /** Reads as its source does, and notes each time that nothing had come, the end neither. */
    private final class Looking extends FilterInputStream {
        Looking(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (true) {
                var asked = Instant.now();
                try {
                    return super.read(into, offset, length);
                } catch (SocketTimeoutException nothingYet) {
                    open = asked;
                }
            }
        }
    }
}

package dev.changeover.node.agent;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlPackets;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final byte QUIT = 1;
    private static final byte QUERY = 3;
    private static final byte PING = 14;

    private final Instant began = Instant.now();
    private final SocketChannel channel;
    private final MySqlPackets packets;
    private final String name;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Instant> closed = new CompletableFuture<>();

    public SessionClient(InetSocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        name = String.valueOf(channel.getLocalAddress()).replace("/", "");
        packets = new MySqlPackets(Channels.newInputStream(channel), Channels.newOutputStream(channel));
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
}

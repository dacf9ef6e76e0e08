package dev.changeover.haproxy.runtime;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * HAProxy's runtime API on a unix socket: one command, one answer, one connection. Safe for use by many threads.
 *
 * <p>Unix channels know no read timeout, so the channel does not block and a selector keeps the deadline. The command
 * is followed by a shutdown of our side, because a master never closes the connection by itself.
 */
public record RuntimeSocket(Path path) implements RuntimeChannel {

    /** A healthy process answers within milliseconds; even a listing of 1,500 sessions takes 16. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    private static final int BUFFER = 64 * 1024;

    @Override
    public Answer ask(String command, Consumer<String> line) {
        return ask(command, ANSWER_TIMEOUT, line);
    }

    /** Asks, and waits at most {@code timeout} for the whole answer. */
    Answer ask(String command, Duration timeout, Consumer<String> line) {
        var deadline = System.nanoTime() + timeout.toNanos();
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var selector = Selector.open()) {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(path))) {
                channel.register(selector, SelectionKey.OP_CONNECT);
                await(selector, deadline);
                channel.finishConnect();
            }
            write(channel, selector, ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)), deadline);
            channel.shutdownOutput();
            return read(channel, selector, deadline, new AnswerLines(line));
        } catch (ConnectException e) {
            return new Answer.Refused();
        } catch (IOException e) {
            return Files.notExists(path)
                    ? new Answer.Missing()
                    : new Answer.Silence(path + " did not answer '" + command + "': " + e.getMessage());
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    private static void write(SocketChannel channel, Selector selector, ByteBuffer bytes, long deadline)
            throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                channel.register(selector, SelectionKey.OP_WRITE);
                await(selector, deadline);
            }
        }
    }

    private static Answer read(SocketChannel channel, Selector selector, long deadline, AnswerLines lines)
            throws IOException {
        channel.register(selector, SelectionKey.OP_READ);
        var buffer = ByteBuffer.allocate(BUFFER);
        while (true) {
            var count = channel.read(buffer);
            if (count < 0) break;
            if (count == 0) await(selector, deadline);
            lines.add(buffer.array(), buffer.position());
            buffer.clear();
        }
        if (!lines.isWhole()) throw new IOException("the connection ended in the middle of the answer");
        return new Answer.Text("");
    }

    private static void await(Selector selector, long deadline) throws IOException {
        var left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0 || selector.select(left) == 0 && System.nanoTime() >= deadline) {
            throw new IOException("the deadline passed");
        }
        selector.selectedKeys().clear();
    }
}

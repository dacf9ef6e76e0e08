package dev.changeover.api.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that says whatever a test wants, byte by byte. */
public final class RawConnection implements AutoCloseable {
    private final Socket socket;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    public static RawConnection to(URI server) {
        return from("127.0.0.1", server);
    }

    /** @param address of this host, from which it comes */
    public static RawConnection from(String address, URI server) {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(address, 0));
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 60_000);
            return new RawConnection(socket);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** A line break is one of HTTP's. */
    public RawConnection send(String text) {
        try {
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The same, unless the server has closed the connection; says whether it has not. */
    boolean trickle(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** All that comes until the server closes the connection; it has to do so within {@code limit}. */
    String untilClosed(Duration limit) {
        var answer = new StringBuilder();
        try {
            socket.setSoTimeout((int) limit.toMillis());
            for (int character; (character = socket.getInputStream().read()) != -1; ) {
                answer.append((char) character);
            }
            return answer.toString();
        } catch (SocketTimeoutException late) {
            throw new AssertionError("still open after " + limit + ": " + answer, late);
        } catch (IOException reset) {
            return answer.toString();
        }
    }

    /** Whether the server closes it within {@code limit} without a word. */
    boolean closedWithin(Duration limit) {
        try {
            socket.setSoTimeout((int) limit.toMillis());
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** All that comes until the text has come. */
    public String until(String end) {
        var answer = new StringBuilder();
        try {
            socket.setSoTimeout(60_000);
            while (answer.indexOf(end) < 0) {
                var character = socket.getInputStream().read();
                if (character == -1) {
                    throw new AssertionError("closed after: " + answer);
                }
                answer.append((char) character);
            }
            return answer.toString();
        } catch (IOException broken) {
            throw new AssertionError("no '%s' in: %s".formatted(end, answer), broken);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

package dev.changeover.mysql;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Logs in to MySQL as a user without a password, over TCP or a unix socket, and says goodbye. Dropping the connection
 * after the greeting would count as an aborted handshake, and {@code max_connect_errors} of those block the host.
 */
public final class MysqlLogin {
    private static final int PROTOCOL_41 = 0x200;
    private static final int SECURE_CONNECTION = 0x8000;
    private static final int PLUGIN_AUTH = 0x80000;
    private static final int MAX_PACKET = 1 << 24;
    private static final byte UTF8MB4 = 45;
    private static final byte OK = 0;
    private static final byte ERROR = (byte) 0xff;
    private static final byte AUTH_SWITCH = (byte) 0xfe;
    private static final byte QUIT = 1;
    private static final String NATIVE = "mysql_native_password";

    private MysqlLogin() {}

    /** The database answered, and said no. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Connects, logs in and quits.
     *
     * @throws Refused if the database says no: unknown user, too many connections, blocked host
     * @throws IOException if nothing answers before the deadline, or the answer is not MySQL's
     */
    public static void attempt(SocketAddress database, String user, Duration deadline) throws IOException {
        var done = new CountDownLatch(1);
        try (var channel = open(database)) {
            Thread.ofVirtual().name("login-deadline").start(() -> closeUnlessDone(channel, done, deadline));
            channel.connect(database);
            login(channel, user);
            send(channel, 0, new byte[] {QUIT});
        } catch (ClosedChannelException late) {
            throw new IOException("no login at %s within %s".formatted(database, deadline), late);
        } finally {
            done.countDown();
        }
    }

    /** The same on a channel that is connected already; leaves it logged in. */
    public static void login(ByteChannel channel, String user) throws IOException {
        var greeting = receive(channel);
        refuseError(greeting);
        if (greeting[0] != 10) {
            throw new IOException("not a MySQL greeting: protocol " + greeting[0]);
        }
        send(channel, 1, response(user));
        var answer = receive(channel);
        if (answer[0] == AUTH_SWITCH) {
            var plugin = new String(answer, 1, Math.min(NATIVE.length(), answer.length - 1), StandardCharsets.US_ASCII);
            send(channel, 3, plugin.equals(NATIVE) ? new byte[0] : new byte[] {0});
            answer = receive(channel);
        }
        refuseError(answer);
        if (answer[0] != OK) {
            throw new Refused("the database wants more than user '%s' without a password".formatted(user));
        }
    }

    /** Writes one packet. */
    public static void send(ByteChannel channel, int sequence, byte[] body) throws IOException {
        var packet = ByteBuffer.allocate(4 + body.length).order(ByteOrder.LITTLE_ENDIAN);
        packet.putInt(body.length | sequence << 24).put(body).flip();
        while (packet.hasRemaining()) {
            channel.write(packet);
        }
    }

    /** Reads one packet, which is never empty. */
    public static byte[] receive(ByteChannel channel) throws IOException {
        var header = fill(channel, 4).order(ByteOrder.LITTLE_ENDIAN);
        int length = header.getInt() & 0xffffff;
        if (length == 0) {
            throw new IOException("an empty packet");
        }
        return fill(channel, length).array();
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private static void closeUnlessDone(SocketChannel channel, CountDownLatch done, Duration deadline) {
        try {
            if (!done.await(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.close();
            }
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        } catch (IOException alreadyClosed) {
            // which is what was wanted
        }
    }

    private static byte[] response(String user) {
        var name = user.getBytes(StandardCharsets.UTF_8);
        var plugin = NATIVE.getBytes(StandardCharsets.US_ASCII);
        var body = ByteBuffer.allocate(32 + name.length + 2 + plugin.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH)
                .putInt(MAX_PACKET)
                .put(UTF8MB4)
                .put(new byte[23])
                .put(name)
                .putShort((short) 0)
                .put(plugin);
        return body.array();
    }

    private static void refuseError(byte[] packet) throws Refused {
        if (packet[0] == ERROR) {
            throw new Refused(new String(packet, 3, packet.length - 3, StandardCharsets.UTF_8));
        }
    }

    private static ByteBuffer fill(ByteChannel channel, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection ended in the middle of a login");
            }
        }
        return buffer.flip();
    }
}

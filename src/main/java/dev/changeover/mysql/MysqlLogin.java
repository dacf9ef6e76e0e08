package dev.changeover.mysql;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Logs in to MySQL as a user without a password, over TCP or a unix socket, and says goodbye. Dropping the connection
 * after the greeting would count as an aborted handshake, and {@code max_connect_errors} of those block the host.
 */
public final class MysqlLogin {
    private static final byte COM_QUIT = 1;

    private MysqlLogin() {}

    /**
     * Connects, logs in and quits.
     *
     * @throws MySqlRefusal if the database says no: unknown user, too many connections, blocked host
     * @throws IOException if nothing answers before the deadline, or the answer is not MySQL's
     */
    public static void attempt(SocketAddress database, String user, Duration deadline) throws IOException {
        if (!attemptIfGreeted(database, user, deadline, deadline)) {
            throw new IOException("no MySQL server greeted at %s within %s".formatted(database, deadline));
        }
    }

    /**
     * The same where a MySQL server greets within that time. Whoever is silent, or says something else, is left alone.
     *
     * @return whether one did
     * @throws MySqlRefusal if the database says no
     * @throws IOException if nobody can be connected to, the other side closes, or no login comes of a greeting
     */
    public static boolean attemptIfGreeted(SocketAddress server, String user, Duration greeting, Duration deadline)
            throws IOException {
        var greeted = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        try (var channel = open(server)) {
            Thread.ofVirtual().name("greeting-deadline").start(() -> closeUnlessDone(channel, greeted, greeting));
            var packets = new MySqlPackets(Channels.newInputStream(channel), Channels.newOutputStream(channel));
            MySqlPackets.Packet hello;
            try {
                channel.connect(server);
                hello = packets.read();
                if (!hello.isGreeting()) return false;
            } catch (ProtocolException | ClosedChannelException another) {
                return false;
            }
            greeted.countDown();
            Thread.ofVirtual().name("login-deadline").start(() -> closeUnlessDone(channel, done, deadline));
            packets.logIn(new Login(user, ""), hello);
            packets.startCommand(new byte[] {COM_QUIT});
            return true;
        } catch (ClosedChannelException late) {
            throw new IOException("no login at %s within %s".formatted(server, deadline), late);
        } finally {
            greeted.countDown();
            done.countDown();
        }
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
}

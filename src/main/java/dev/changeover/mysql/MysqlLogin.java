package dev.changeover.mysql;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.client.impl.StandardClient;
import org.mariadb.jdbc.client.util.ClosableLock;

/**
 * Logs in to MySQL or MariaDB over TCP or a unix socket, by whatever method the account wants, and says goodbye.
 * Dropping the connection after the greeting would count as an aborted handshake, and {@code max_connect_errors} of those
 * block the host. MariaDB's driver does the login; nothing is asked of the database after it.
 *
 * <p>A password goes over TLS where the server offers it. Whoever is not let in one way tries the other. The server's
 * certificate is not checked: the login is a proof, and nothing follows it.
 */
public final class MysqlLogin {

    /** Too many connections, of the server or the user, and a blocked host: another way in would meet the same. */
    private static final Set<Integer> FULL = Set.of(1040, 1129, 1203, 1226);

    /** All that prove a password without handing it out in the clear. */
    private static final String METHODS = "mysql_native_password,caching_sha2_password,client_ed25519,parsec";

    /** The driver wants one; it is given a connection that is there already. */
    private static final String ANY_DATABASE = "jdbc:mariadb://database/";

    private final SocketAddress server;
    private final Login login;
    private final Duration greeting;
    private final Duration deadline;
    private boolean offersTls;

    private MysqlLogin(SocketAddress server, Login login, Duration greeting, Duration deadline) {
        this.server = server;
        this.login = login;
        this.greeting = greeting;
        this.deadline = deadline;
    }

    /**
     * Connects, logs in and quits.
     *
     * @throws MySqlRefusal if the database says no: unknown user, too many connections, blocked host
     * @throws IOException if nothing answers before the deadline, or the answer is not MySQL's
     */
    public static void attempt(SocketAddress database, Login login, Duration deadline) throws IOException {
        if (!attemptIfGreeted(database, login, deadline, deadline)) {
            throw new IOException(
                    "no MySQL server greeted at %s within %d s".formatted(database, deadline.toSeconds()));
        }
    }

    /**
     * The same where a MySQL server greets within that time. Whoever is silent, or says something else, is left alone.
     *
     * @return whether one did
     * @throws MySqlRefusal if the database says no
     * @throws IOException if nobody can be connected to, the other side closes, or no login comes of a greeting
     */
    public static boolean attemptIfGreeted(SocketAddress server, Login login, Duration greeting, Duration deadline)
            throws IOException {
        var attempt = new MysqlLogin(server, login, greeting, deadline);
        var preferTls = !login.password().isEmpty();
        try {
            return attempt.run(preferTls);
        } catch (MySqlRefusal | SSLException refusal) {
            if (!attempt.offersTls || refusal instanceof MySqlRefusal no && FULL.contains(no.code())) throw refusal;
            return attempt.run(!preferTls);
        }
    }

    private boolean run(boolean withTls) throws IOException {
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
            offersTls = hello.offersTls();
            logIn(new GreetedSocket(channel, hello.asSent()), withTls && offersTls);
            return true;
        } catch (ClosedChannelException late) {
            throw new IOException("no login at %s within %d s".formatted(server, deadline.toSeconds()), late);
        } finally {
            greeted.countDown();
            done.countDown();
        }
    }

    private void logIn(GreetedSocket socket, boolean withTls) throws IOException {
        try {
            var settings = Objects.requireNonNull(Configuration.parse(ANY_DATABASE, settings(withTls)));
            ScopedValue.where(GreetedSocket.Factory.NEXT, socket).<Void, SQLException>call(() -> {
                new StandardClient(settings, settings.addresses().getFirst(), new ClosableLock(), true).close();
                return null;
            });
        } catch (SQLException no) {
            if (no.getErrorCode() != 0) throw new MySqlRefusal(no.getErrorCode(), withoutNumber(no));
            if (no.getCause() instanceof IOException broken) throw broken;
            throw new IOException(withoutNumber(no), no);
        }
    }

    private Properties settings(boolean withTls) {
        var settings = new Properties();
        settings.put("user", login.user());
        settings.put("password", login.password());
        settings.put("socketFactory", GreetedSocket.Factory.class.getName());
        settings.put("sslMode", withTls ? "trust" : "disable");
        settings.put("allowPublicKeyRetrieval", "true");
        settings.put("restrictedAuth", METHODS);
        return settings;
    }

    /** The driver begins its messages with the number of the connection. */
    private static String withoutNumber(SQLException no) {
        return String.valueOf(no.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", "");
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

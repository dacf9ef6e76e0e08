package dev.changeover.demo;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlRefusal;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that stay: each logs in once and asks for a sign of life every few hundred milliseconds. Between those it
 * listens, so that it knows to the millisecond when the other side ended the session. Safe for use by several threads.
 */
public final class PersistentClients implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final List<Client> clients = new ArrayList<>();

    private PersistentClients() {}

    /** How a session ended, as its client saw it. */
    public enum How {
        /** The other side closed the connection in good order. */
        CLOSED,
        /** The connection was reset. */
        RESET,
        /** A ping was not answered within 5 s. */
        SILENT,
        /** The server said why: it shut down, or killed the session. */
        REFUSED
    }

    /**
     * As its client saw it.
     *
     * @param alive a moment before it at which the other side still answered
     * @param at when it was heard of, which a busy machine makes late
     * @param words what the client's operating system or the server said
     */
    public record End(Instant alive, Instant at, How how, String words) {}

    /**
     * One session.
     *
     * @param address of the proxy's node it went to
     * @param localPort of the client: with it the session can be found in the proxy's own lists
     * @param since just before it connected, so the proxy's count of its age is never ahead of the client's
     * @param end nothing while it lives
     */
    public record Session(
            int number,
            InetSocketAddress address,
            int localPort,
            Instant since,
            @Nullable End end) {

        public boolean isAlive() {
            return end == null;
        }

        private Session endedWith(End how) {
            return new Session(number, address, localPort, since, how);
        }

        /** From the start to the end, or to that moment while it lives. */
        public Duration ageAt(Instant now) {
            return Duration.between(since, end == null ? now : end.at());
        }
    }

    /**
     * Opens them all before it returns.
     *
     * @param addresses used in turn
     * @param every between two signs of life
     * @throws IOException if one cannot be opened; the others are closed then
     */
    public static PersistentClients open(List<InetSocketAddress> addresses, Login login, int count, Duration every)
            throws IOException {
        var clients = new PersistentClients();
        try {
            for (int number = 0; number < count; number++) {
                clients.clients.add(Client.open(number, addresses.get(number % addresses.size()), login));
            }
        } catch (IOException failure) {
            clients.close();
            throw failure;
        }
        clients.clients.forEach(client -> Thread.startVirtualThread(() -> client.stay(every)));
        return clients;
    }

    /** Every session ever opened here, in the order they were. */
    public List<Session> sessions() {
        return clients.stream().map(Client::session).toList();
    }

    public int alive() {
        return (int) sessions().stream().filter(Session::isAlive).count();
    }

    /** The sessions that the other side ended, first to last. */
    public List<Session> ended() {
        return sessions().stream()
                .filter(session -> session.end() != null)
                .sorted(Comparator.comparing(PersistentClients::endOf))
                .toList();
    }

    /** Their results, for the report: a session that ended younger than the limit was cut. */
    public DemoReport.Sessions tally(Duration ageLimit) {
        long byAge = ended().stream()
                .filter(session -> session.ageAt(endOf(session)).compareTo(ageLimit) >= 0)
                .count();
        return new DemoReport.Sessions(alive(), byAge, ended().size() - byAge);
    }

    /** Says good-bye in every session that lives; those are not counted as ended by the other side. */
    @Override
    public void close() {
        clients.forEach(Client::leave);
    }

    private static Instant endOf(Session session) {
        return session.end() == null ? Instant.MAX : session.end().at();
    }

    private static final class Client {
        private final MySqlConnection connection;
        private volatile Session session;
        private volatile boolean leaving;

        private Client(MySqlConnection connection, Session session) {
            this.connection = connection;
            this.session = session;
        }

        static Client open(int number, InetSocketAddress address, Login login) throws IOException {
            Instant since = Instant.now();
            var connection = MySqlConnection.open(address, login, ANSWER_TIMEOUT);
            return new Client(connection, new Session(number, address, connection.localPort(), since, null));
        }

        Session session() {
            return session;
        }

        void stay(Duration every) {
            How how = How.RESET; // also where it ends in a way nobody thought of: it must not look alive
            String words = "it ended in a way nobody thought of";
            var alive = session.since();
            try {
                while (!leaving) {
                    connection.idle(every);
                    var asked = Instant.now();
                    connection.ping();
                    alive = asked;
                }
            } catch (IOException gone) {
                how = how(gone);
                words = String.valueOf(gone.getMessage());
            } finally {
                if (!leaving) {
                    session = session.endedWith(new End(alive, Instant.now(), how, words));
                    connection.quit();
                }
            }
        }

        void leave() {
            leaving = true;
            connection.quit();
        }

        private static How how(IOException gone) {
            return switch (gone) {
                case EOFException closed -> How.CLOSED;
                case SocketTimeoutException silent -> How.SILENT;
                case MySqlRefusal refused -> How.REFUSED;
                default -> How.RESET;
            };
        }
    }
}

package dev.changeover.node.site;

import dev.changeover.node.RetireProgress.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a database at one moment, to be found by the addresses of their two ends. Ports alone are not
 * enough: other hosts use the same ones, and so do our own connections towards other databases.
 */
public final class DatabaseConnections {

    public static final DatabaseConnections NONE = new DatabaseConnections(0, Set.of(), Map.of());

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final long readAt = System.nanoTime();
    private final int limit;
    private final Set<InetSocketAddress> database;
    private final Map<Integer, List<Row>> byPort;

    private DatabaseConnections(int limit, Set<InetSocketAddress> database, Map<Integer, List<Row>> byPort) {
        this.limit = limit;
        this.database = database;
        this.byPort = byPort;
    }

    /**
     * What one connection does.
     *
     * @param host the client as the database names it: an address, or a name where it looks names up
     */
    public record Row(
            String host, State state, String user, @Nullable String program) {}

    /** @param query host, whether idle, whether in a transaction, user, program */
    static DatabaseConnections read(Connection connection, String query, String databaseAddress)
            throws SQLException, IOException {
        var byPort = new HashMap<Integer, List<Row>>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                var client = ends(String.valueOf(rows.getString(1)));
                if (client.isEmpty()) continue;
                var state = rows.getBoolean(3) ? State.IN_TRANSACTION : rows.getBoolean(2) ? State.IDLE : State.BUSY;
                var row = new Row(client.get().host(), state, rows.getString(4), rows.getString(5));
                byPort.computeIfAbsent(client.get().port(), port -> new ArrayList<>(1))
                        .add(row);
            }
        }
        return new DatabaseConnections(limit(connection), addresses(databaseAddress), byPort);
    }

    private static int limit(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select @@max_connections")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** How many the database allows at once; 0 where that is not known. */
    public int limit() {
        return limit;
    }

    public int size() {
        return byPort.values().stream().mapToInt(List::size).sum();
    }

    List<Row> all() {
        return byPort.values().stream().flatMap(List::stream).toList();
    }

    boolean isYoungerThan(Duration age) {
        return !byPort.isEmpty() && System.nanoTime() - readAt < age.toNanos();
    }

    /**
     * The connection from this address of ours to that address of a database; empty where nobody can be sure.
     *
     * @param from {@code address:port}, as {@code to}
     */
    public Optional<Row> find(String from, String to) {
        var ours = ends(from);
        if (ours.isEmpty() || !isDatabase(to)) return Optional.empty();
        var rows = byPort.getOrDefault(ours.get().port(), List.of());
        var exact = rows.stream()
                .filter(row -> row.host().equals(ours.get().host()))
                .findFirst();
        if (exact.isPresent()) return exact;
        var named = rows.stream()
                .filter(row -> !ADDRESS.matcher(row.host()).matches())
                .toList();
        return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
    }

    private boolean isDatabase(String to) {
        return ends(to).map(End::address).filter(database::contains).isPresent();
    }

    private static Set<InetSocketAddress> addresses(String databaseAddress) throws IOException {
        var end = ends(databaseAddress)
                .orElseThrow(() -> new IOException(databaseAddress + " is not host:port, as process_list needs it"));
        var addresses = new HashSet<InetSocketAddress>();
        for (var address : InetAddress.getAllByName(end.host())) {
            addresses.add(new InetSocketAddress(address, end.port()));
        }
        return addresses;
    }

    private record End(String host, int port) {
        /** Never looks a name up: what HAProxy prints is an address. */
        InetSocketAddress address() {
            try {
                return new InetSocketAddress(InetAddress.ofLiteral(host), port);
            } catch (IllegalArgumentException noAddress) {
                return InetSocketAddress.createUnresolved(host, port);
            }
        }
    }

    private static Optional<End> ends(String hostAndPort) {
        var colon = hostAndPort.lastIndexOf(':');
        var port = hostAndPort.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}")) return Optional.empty();
        return Optional.of(new End(hostAndPort.substring(0, colon), Integer.parseInt(port)));
    }
}

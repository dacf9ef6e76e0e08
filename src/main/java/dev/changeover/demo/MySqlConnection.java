package dev.changeover.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlPackets;
import dev.changeover.mysql.MySqlRefusal;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A MySQL client on a bare socket: log in, ask, leave. A JDBC driver costs too much for hundreds of connections a
 * second on two cores, and it hides how a connection ended. For one thread at a time.
 */
final class MySqlConnection implements Closeable {
    private static final byte COM_QUIT = 0x01;
    private static final byte COM_QUERY = 0x03;
    private static final byte COM_PING = 0x0e;

    private final Socket socket;
    private final MySqlPackets packets;

    private final int limit;

    private MySqlConnection(Socket socket, int limit) throws IOException {
        this.socket = socket;
        this.limit = limit;
        this.packets = new MySqlPackets(socket.getInputStream(), socket.getOutputStream());
    }

    /**
     * Connects and logs in.
     *
     * @param timeout for the connection, and then for each answer
     * @throws MySqlRefusal if the server says no
     * @throws IOException if the connection ends or an answer is late; the message says at which step
     */
    static MySqlConnection open(InetSocketAddress address, Login login, Duration timeout) throws IOException {
        int limit = Math.toIntExact(timeout.toMillis());
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, limit);
            socket.setSoTimeout(limit);
            var connection = new MySqlConnection(socket, limit);
            connection.packets.logIn(login);
            return connection;
        } catch (MySqlRefusal refusal) {
            socket.close();
            throw refusal;
        } catch (IOException failure) {
            String step = socket.isConnected() ? "login: " : "connect: ";
            socket.close();
            throw new IOException(step + failure.getMessage(), failure);
        }
    }

    int localPort() {
        return socket.getLocalPort();
    }

    /** The first column of the first row; empty where there is none. */
    String query(String sql) throws IOException {
        var command = new ByteArrayOutputStream();
        command.write(COM_QUERY);
        command.writeBytes(sql.getBytes(UTF_8));
        packets.startCommand(command.toByteArray());
        MySqlPackets.Packet head = packets.read();
        if (head.isOk()) {
            return "";
        }
        while (!packets.read().isEnd()) {
            // The columns' descriptions are of no use here.
        }
        String value = "";
        boolean first = true;
        for (var row = packets.read(); !row.isEnd(); row = packets.read()) {
            value = first ? row.firstText() : value;
            first = false;
        }
        return value;
    }

    void ping() throws IOException {
        packets.startCommand(new byte[] {COM_PING});
        packets.read();
    }

    /**
     * Leaves as a client should. The server closes first, which keeps the port of this side free for the next
     * connection; how it closes is of no interest any more.
     */
    void quit() {
        try (socket) {
            packets.startCommand(new byte[] {COM_QUIT});
            packets.awaitEnd();
        } catch (IOException alreadyGone) {
            return;
        }
    }

    /** Drops the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * Waits without asking anything, for as long as that.
     *
     * @throws IOException as soon as the other side ends the connection, or says something unasked (a server that shuts
     *     down or kills the session does)
     */
    void idle(Duration time) throws IOException {
        socket.setSoTimeout(Math.toIntExact(Math.max(1, time.toMillis())));
        try {
            packets.read();
            throw new IOException("an answer that nobody asked for");
        } catch (SocketTimeoutException quiet) {
            socket.setSoTimeout(limit);
        }
    }
}

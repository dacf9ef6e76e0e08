package dev.changeover.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/**
 * A MySQL client on a bare socket: log in, ask, leave. A JDBC driver costs too much for hundreds of connections a second
 * on two cores, and it hides how a connection ended. For one thread at a time.
 */
final class MySqlConnection implements Closeable {
    private static final byte COM_QUIT = 0x01;
    private static final byte COM_QUERY = 0x03;
    private static final byte COM_PING = 0x0e;

    private final Socket socket;
    private final MySqlPackets packets;

    private MySqlConnection(Socket socket) throws IOException {
        this.socket = socket;
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
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, Math.toIntExact(timeout.toMillis()));
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            var connection = new MySqlConnection(socket);
            connection.logIn(login);
            return connection;
        } catch (IOException failure) {
            socket.close();
            throw failure;
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

    /** Asks for a sign of life. */
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

    /** Waits for bytes nobody asked for or the end of the stream; for sessions that only want to know when it ends. */
    void limitWait(Duration limit) throws SocketException {
        socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    }

    private void logIn(Login login) throws IOException {
        byte[] seed = packets.read().seedOfGreeting();
        packets.answer(MySqlPackets.loginAs(login, seed));
        MySqlPackets.Packet answer = packets.read();
        if (answer.isEnd()) { // the server wants the scramble again, over another seed
            packets.answer(NativePassword.scramble(login.password(), answer.seedOfSwitch()));
            packets.read();
        }
    }
}

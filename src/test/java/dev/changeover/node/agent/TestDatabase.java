package dev.changeover.node.agent;

import dev.changeover.mysql.MySqlPackets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Speaks as much MySQL as a login, a ping and a query without an answer need. */
public final class TestDatabase implements AutoCloseable {
    private static final byte[] OK = {0, 0, 0, 2, 0, 0, 0};

    private final ServerSocketChannel socket;
    private volatile boolean refusing;

    public TestDatabase() throws IOException {
        socket = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        Thread.ofVirtual().name("database").start(this::accept);
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) socket.getLocalAddress();
    }

    /** Whether every login is turned away as in a full database. */
    public void refuse(boolean yes) {
        refusing = yes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (socket.isOpen()) {
            try {
                var client = socket.accept();
                Thread.ofVirtual().name("database-session").start(() -> serve(client));
            } catch (IOException closed) {
                // the loop's condition tells
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            var packets = new MySqlPackets(Channels.newInputStream(client), Channels.newOutputStream(client));
            if (refusing) {
                packets.startCommand(text("\377\020\004#08004Too many connections"));
                return;
            }
            packets.startCommand(text("\n5.7.0\0" + "\1\0\0\0" + "12345678\0" + "\0\202\55\2\0\10\0\25"
                    + "\0".repeat(10) + "123456789012\0mysql_native_password\0"));
            packets.receive();
            packets.answer(OK);
            while (true) {
                byte command = packets.receive().payload()[0];
                if (command == 1) {
                    return;
                }
                if (command == 14) {
                    packets.answer(OK);
                }
            }
        } catch (IOException gone) {
            // the client left
        }
    }

    private static byte[] text(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}

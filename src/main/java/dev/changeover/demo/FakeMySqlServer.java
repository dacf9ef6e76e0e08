package dev.changeover.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlPackets;
import dev.changeover.mysql.NativePassword;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks enough of MySQL's protocol for hosts without MariaDB: greets, lets anybody in, answers a ping and a query (a
 * {@code select} with the value 1), and leaves when told. On loopback only.
 */
public final class FakeMySqlServer implements Database {
    private static final int BACKLOG = 2000;
    private static final int COM_QUIT = 0x01;
    private static final int COM_QUERY = 0x03;
    private static final byte[] OK = {0, 0, 0, 2, 0, 0, 0};
    private static final byte[] END = {(byte) 0xfe, 0, 0, 2, 0};

    private final ServerSocket door;
    private final String why;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connectionIds = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();

    private FakeMySqlServer(ServerSocket door, String why) {
        this.door = door;
        this.why = why;
    }

    /**
     * Starts on a free port.
     *
     * @param why it is needed, one sentence for people
     */
    public static FakeMySqlServer start(String why) throws IOException {
        var door = new ServerSocket();
        door.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
        var server = new FakeMySqlServer(door, why);
        Thread.ofPlatform().daemon().name("mysql-stand-in").start(server::acceptUntilClosed);
        return server;
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    /** Anybody; one of them. */
    @Override
    public Login app() {
        return new Login("app", "any");
    }

    @Override
    public String words() {
        return "a stand-in that speaks MySQL's handshake: " + why;
    }

    /** Ends every connection. */
    @Override
    public void close() {
        drop(door);
        clients.forEach(FakeMySqlServer::drop);
    }

    private void acceptUntilClosed() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                clients.add(client);
                Thread.startVirtualThread(() -> serve(client));
            } catch (IOException closed) {
                drop(door); // a door that cannot accept any more must not look open
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var packets = new MySqlPackets(client.getInputStream(), client.getOutputStream());
            packets.startCommand(greeting());
            packets.receive();
            packets.answer(OK);
            while (answered(packets)) {
                continue;
            }
        } catch (IOException clientIsGone) {
            return; // its own way to leave; there is nobody to tell
        } finally {
            clients.remove(client);
        }
    }

    private static boolean answered(MySqlPackets packets) throws IOException {
        byte[] command = packets.receive().payload();
        switch (command[0]) {
            case COM_QUIT -> {
                return false;
            }
            case COM_QUERY -> answerQuery(packets, new String(command, 1, command.length - 1, US_ASCII));
            default -> packets.answer(OK);
        }
        return true;
    }

    private static void answerQuery(MySqlPackets packets, String sql) throws IOException {
        if (!sql.stripLeading().regionMatches(true, 0, "select", 0, 6)) {
            packets.answer(OK);
            return;
        }
        packets.answer(new byte[] {1}); // one column
        packets.answer(column());
        packets.answer(END);
        packets.answer(new byte[] {1, '1'});
        packets.answer(END);
    }

    private static byte[] column() {
        var column = new ByteArrayOutputStream();
        for (String text : new String[] {"def", "", "", "", "1", ""}) { // catalogue, schema, two tables, two names
            column.write(text.length());
            column.writeBytes(text.getBytes(US_ASCII));
        }
        column.write(12); // bytes of what follows
        column.writeBytes(MySqlPackets.littleEndian(MySqlPackets.UTF8, 2));
        column.writeBytes(MySqlPackets.littleEndian(1, 4)); // width
        column.write(0xfd); // a text
        column.writeBytes(new byte[5]); // flags, decimals, filler
        return column.toByteArray();
    }

    private byte[] greeting() {
        byte[] seed = new byte[NativePassword.SEED_LENGTH];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) random.nextInt('!', '~'); // a zero would end it early
        }
        var greeting = new ByteArrayOutputStream();
        greeting.write(10);
        greeting.writeBytes("5.7.0-stand-in\0".getBytes(US_ASCII));
        greeting.writeBytes(MySqlPackets.littleEndian(connectionIds.incrementAndGet(), 4));
        greeting.write(seed, 0, 8);
        greeting.write(0);
        greeting.writeBytes(MySqlPackets.littleEndian(MySqlPackets.CAPABILITIES, 2));
        greeting.write(MySqlPackets.UTF8);
        greeting.writeBytes(MySqlPackets.littleEndian(2, 2)); // autocommit
        greeting.writeBytes(MySqlPackets.littleEndian(MySqlPackets.CAPABILITIES >> 16, 2));
        greeting.write(NativePassword.SEED_LENGTH + 1);
        greeting.writeBytes(new byte[10]);
        greeting.write(seed, 8, NativePassword.SEED_LENGTH - 8);
        greeting.write(0);
        greeting.writeBytes((NativePassword.NAME + "\0").getBytes(US_ASCII));
        return greeting.toByteArray();
    }

    private static void drop(Closeable socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            return;
        }
    }
}

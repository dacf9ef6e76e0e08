package dev.changeover.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.util.Arrays;

/** The packets of MySQL's protocol, both ends: three bytes of length, a sequence number, a payload. */
public final class MySqlPackets {
    private static final int LONG_PASSWORD = 0x1;
    private static final int PROTOCOL_41 = 0x200;
    private static final int TLS = 0x800;
    private static final int TRANSACTIONS = 0x2000;
    private static final int SECURE_CONNECTION = 0x8000;
    private static final int PLUGIN_AUTH = 0x80000;
    public static final int CAPABILITIES = LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH;
    public static final int UTF8 = 33;

    /** Longer than any answer asked for here; a length beyond it means that this is not MySQL. */
    private static final int LONGEST = 1 << 20;

    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[1024];
    private int position;
    private int limit;
    private int sequence;

    public MySqlPackets(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    public record Packet(byte[] payload) {
        public boolean isOk() {
            return payload[0] == 0;
        }

        /** The end of columns or rows; straight after a login, the wish for another method. */
        public boolean isEnd() {
            return payload[0] == (byte) 0xfe;
        }

        boolean isGreeting() {
            return payload[0] == 10;
        }

        /** Whether a greeting says so: the first half of the flags is behind version, connection id and seed. */
        boolean offersTls() throws IOException {
            int flags = indexOfZero(1) + 5 + 8 + 1;
            return payload.length > flags + 1 && (payload[flags + 1] & TLS >> 8) != 0;
        }

        /** The greeting with its length and number in front, as it came. */
        byte[] asSent() {
            byte[] packet = new byte[payload.length + 4];
            System.arraycopy(littleEndian(payload.length, 3), 0, packet, 0, 3);
            System.arraycopy(payload, 0, packet, 4, payload.length);
            return packet;
        }

        /** The seed of the server's greeting: 8 bytes after version and connection id, the rest behind the flags. */
        byte[] seedOfGreeting() throws IOException {
            int first = indexOfZero(1) + 5;
            int second = first + 8 + 19;
            if (!isGreeting() || payload.length < second + 12) {
                throw new IOException("not the greeting of a MySQL server");
            }
            byte[] seed = Arrays.copyOfRange(payload, first, first + NativePassword.SEED_LENGTH);
            System.arraycopy(payload, second, seed, 8, NativePassword.SEED_LENGTH - 8);
            return seed;
        }

        /** The password as a wish for another method wants it, over the seed that comes with the wish. */
        byte[] proofAsWished(String password) throws IOException {
            int end = indexOfZero(1);
            String method = new String(payload, 1, end - 1, UTF_8);
            if (method.equals(NativePassword.NAME)) {
                byte[] seed = Arrays.copyOfRange(payload, end + 1, end + 1 + NativePassword.SEED_LENGTH);
                return NativePassword.scramble(password, seed);
            }
            if (password.isEmpty()) return new byte[] {0}; // which is how the other methods write none
            throw new IOException("the server wants the login method " + method + ", which is not spoken here");
        }

        /** The first column of a row, where it is shorter than 251 bytes; empty for NULL. */
        public String firstText() {
            int length = payload[0] & 0xff;
            return length > 250 ? "" : new String(payload, 1, length, UTF_8);
        }

        MySqlRefusal refusal() {
            int code = (payload[1] & 0xff) | (payload[2] & 0xff) << 8;
            int text = payload.length > 3 && payload[3] == '#' ? 9 : 3;
            return new MySqlRefusal(code, new String(payload, text, payload.length - text, UTF_8));
        }

        private int indexOfZero(int from) throws IOException {
            for (int i = from; i < payload.length; i++) {
                if (payload[i] == 0) {
                    return i;
                }
            }
            throw new IOException("a packet that is not MySQL's");
        }
    }

    /**
     * @throws MySqlRefusal for an error packet
     * @throws EOFException if the other side closed
     */
    public Packet read() throws IOException {
        Packet packet = receive();
        if (packet.payload[0] == (byte) 0xff) {
            throw packet.refusal();
        }
        return packet;
    }

    /** The next packet, of any kind. */
    public Packet receive() throws IOException {
        int length = next() | next() << 8 | next() << 16;
        sequence = next() + 1;
        if (length == 0 || length > LONGEST) {
            throw new ProtocolException("a packet of " + length + " bytes is not MySQL's");
        }
        byte[] payload = new byte[length];
        for (int filled = 0; filled < length; ) {
            if (position == limit) {
                fill();
            }
            int count = Math.min(length - filled, limit - position);
            System.arraycopy(buffer, position, payload, filled, count);
            position += count;
            filled += count;
        }
        return new Packet(payload);
    }

    /** Sends the first packet of an exchange. */
    public void startCommand(byte[] payload) throws IOException {
        sequence = 0;
        answer(payload);
    }

    /** Sends the packet that follows the one read or sent last, in one write. */
    public void answer(byte[] payload) throws IOException {
        byte[] packet = new byte[payload.length + 4];
        packet[0] = (byte) payload.length;
        packet[1] = (byte) (payload.length >> 8);
        packet[2] = (byte) (payload.length >> 16);
        packet[3] = (byte) sequence++;
        System.arraycopy(payload, 0, packet, 4, payload.length);
        out.write(packet);
    }

    /** Reads until the other side closes; what still comes is of no interest to anybody. */
    public void awaitEnd() throws IOException {
        while (in.read(buffer) >= 0) {
            position = limit;
        }
    }

    /**
     * Logs in over a connection that was just made: takes the greeting, answers it, and answers once more where the
     * server wants another method or seed.
     *
     * @throws MySqlRefusal if the server says no: unknown user, too many connections, blocked host
     */
    public void logIn(Login login) throws IOException {
        answer(loginAs(login, read().seedOfGreeting()));
        Packet verdict = read();
        if (verdict.isEnd()) {
            answer(verdict.proofAsWished(login.password()));
            verdict = read();
        }
        if (!verdict.isOk()) {
            throw new IOException("the database wants more than user '%s' with%s a password"
                    .formatted(login.user(), login.password().isEmpty() ? "out" : ""));
        }
    }

    private static byte[] loginAs(Login login, byte[] seed) {
        byte[] scramble = NativePassword.scramble(login.password(), seed);
        var packet = new ByteArrayOutputStream();
        packet.writeBytes(littleEndian(CAPABILITIES, 4));
        packet.writeBytes(littleEndian(LONGEST, 4));
        packet.write(UTF8);
        packet.writeBytes(new byte[23]);
        packet.writeBytes(login.user().getBytes(UTF_8));
        packet.write(0);
        packet.write(scramble.length);
        packet.writeBytes(scramble);
        packet.writeBytes(NativePassword.NAME.getBytes(UTF_8));
        packet.write(0);
        return packet.toByteArray();
    }

    public static byte[] littleEndian(int value, int bytes) {
        byte[] result = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            result[i] = (byte) (value >> 8 * i);
        }
        return result;
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            throw new EOFException("closed by the other side");
        }
        position = 0;
        limit = count;
    }
}

package dev.changeover.mysql;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;

/**
 * A connection, TCP or unix, whose first packet was read already, as the socket that MariaDB's driver goes on with. It has
 * no time-outs of its own: whoever opened the channel closes it when time is up.
 */
final class GreetedSocket extends Socket {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    /** @param read what the channel has said so far, which the driver still has to hear */
    GreetedSocket(SocketChannel channel, byte[] read) {
        this.channel = channel;
        this.in = new SequenceInputStream(new ByteArrayInputStream(read), Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
    }

    /** Gives the driver, which makes one by its name, the socket that its thread is to use. */
    public static final class Factory extends SocketFactory {
        static final ScopedValue<GreetedSocket> NEXT = ScopedValue.newInstance();

        @Override
        public Socket createSocket() {
            return NEXT.get();
        }

        @Override
        public Socket createSocket(String host, int port) {
            return NEXT.get();
        }

        @Override
        public Socket createSocket(String host, int port, java.net.InetAddress from, int localPort) {
            return NEXT.get();
        }

        @Override
        public Socket createSocket(java.net.InetAddress host, int port) {
            return NEXT.get();
        }

        @Override
        public Socket createSocket(java.net.InetAddress host, int port, java.net.InetAddress from, int localPort) {
            return NEXT.get();
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void setSoTimeout(int milliseconds) {
        // the channel's owner watches the time
    }

    @Override
    public void setTcpNoDelay(boolean yes) {
        // a login has no packets to wait for
    }

    @Override
    public void setKeepAlive(boolean yes) {
        // it lives for one login
    }
}

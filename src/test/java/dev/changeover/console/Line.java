package dev.changeover.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A line to a server on this host that can be cut, or jammed: then nothing gets through until it is mended. */
final class Line implements AutoCloseable {
    private final URI server;
    private final ServerSocket near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new ArrayList<>();
    private boolean isCut;
    private boolean isJammed;

    Line(URI server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::serve);
    }

    /** Where the server is found behind it. */
    URI address() {
        return URI.create("http://127.0.0.1:" + near.getLocalPort());
    }

    synchronized void cut() throws IOException {
        isCut = true;
        isJammed = false;
        notifyAll();
        for (var socket : open) socket.close();
        open.clear();
    }

    /** It stays open, and nothing gets through. */
    synchronized void jam() {
        isJammed = true;
    }

    synchronized void mend() {
        isCut = false;
        isJammed = false;
        notifyAll();
    }

    private synchronized void awaitPassage() throws InterruptedIOException {
        while (isJammed) {
            try {
                wait();
            } catch (InterruptedException stopped) {
                throw new InterruptedIOException(stopped.getMessage());
            }
        }
    }

    private void serve() {
        try {
            while (true) connect(near.accept());
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private synchronized void connect(Socket client) throws IOException {
        if (isCut) {
            client.close();
            return;
        }
        var far = new Socket(server.getHost(), server.getPort());
        open.addAll(List.of(client, far));
        Thread.ofVirtual().start(() -> carry(client, far));
        Thread.ofVirtual().start(() -> carry(far, client));
    }

    private void carry(Socket from, Socket to) {
        var part = new byte[8192];
        try (from;
                to) {
            for (int read; (read = from.getInputStream().read(part)) >= 0; ) {
                awaitPassage();
                to.getOutputStream().write(part, 0, read);
            }
        } catch (IOException over) {
            // One of both ended it.
        }
    }

    @Override
    public void close() throws IOException {
        near.close();
        cut();
    }
}

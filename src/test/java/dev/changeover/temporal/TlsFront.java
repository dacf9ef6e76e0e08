package dev.changeover.temporal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The TLS end in front of a Temporal cluster: it shows the certificate of {@code server}, lets in
 * only who has one of the same authority, remembers who that was, and passes everything on.
 */
final class TlsFront implements AutoCloseable {
    private final InetSocketAddress behind;
    private final SSLServerSocket listener;

    /** The names of those who were let in. */
    final List<String> callers = new CopyOnWriteArrayList<>();

    private TlsFront(InetSocketAddress behind, SSLServerSocket listener) {
        this.behind = behind;
        this.listener = listener;
    }

    static TlsFront before(String hostAndPort, Certificates certificates) {
        try {
            var keys = KeyManagerFactory.getInstance("PKIX");
            var own = certificates.store();
            own.deleteEntry("client");
            own.deleteEntry("ca");
            keys.init(own, certificates.password());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(certificates.store());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            var listener = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var parameters = listener.getSSLParameters();
            parameters.setNeedClientAuth(true);
            parameters.setApplicationProtocols(new String[] {"h2"});
            listener.setSSLParameters(parameters);
            var parts = hostAndPort.split(":", -1);
            var front = new TlsFront(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), listener);
            Thread.ofVirtual().start(front::listen);
            return front;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var caller = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SSLSocket caller) {
        try (caller;
                var temporal = new Socket(behind.getAddress(), behind.getPort())) {
            caller.startHandshake();
            callers.add(caller.getSession().getPeerPrincipal().getName());
            var back = Thread.ofVirtual().start(() -> pass(temporal, caller));
            pass(caller, temporal);
            back.join();
        } catch (IOException refused) {
            return; // no certificate, or none of ours: this is what it is for
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException gone) {
            return; // either side may end it
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.changeover.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Gives half of a package over HTTP, and the rest once it is released: until then an agent is in the midst of fetching it. */
final class HeldPackage implements AutoCloseable {
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpServer http;

    HeldPackage() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.start();
    }

    /** Where agents fetch that file. */
    URI of(Path file) {
        var path = "/" + file.getFileName();
        http.createContext(path, asked -> give(file, asked));
        return URI.create("http://127.0.0.1:%d%s".formatted(http.getAddress().getPort(), path));
    }

    private void give(Path file, HttpExchange asked) throws IOException {
        var whole = Files.readAllBytes(file);
        var half = whole.length / 2;
        try (asked) {
            asked.sendResponseHeaders(200, whole.length);
            asked.getResponseBody().write(whole, 0, half);
            asked.getResponseBody().flush();
            released.await();
            asked.getResponseBody().write(Arrays.copyOfRange(whole, half, whole.length));
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on every fetch comes to its end. */
    void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
        http.stop(0);
    }
}

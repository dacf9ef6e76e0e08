package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageDownloadTest {

    /** A heartbeat for each megabyte would be none for minutes. */
    @Test
    void of_a_package_that_comes_slowly_a_sign_of_life_is_given_all_the_same(@TempDir Path home) throws Exception {
        var beaten = new CountDownLatch(2);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                for (int i = 0; i < 100 && !isDone(beaten); i++) {
                    out.write('x');
                    out.flush();
                }
            }
            if (beaten.getCount() > 0) throw new IOException("no sign of life");
        });
        server.start();
        try {
            var address = URI.create(
                    "http://127.0.0.1:%d/slow".formatted(server.getAddress().getPort()));

            assertThatThrownBy(() -> new PackageDownload(address, "0").to(home.resolve("package"), beaten::countDown))
                    .hasMessageContaining("the catalogue says 0");
        } finally {
            server.stop(0);
        }

        assertThat(beaten.getCount()).isZero();
    }

    /** It would lead past the list of addresses. */
    @Test
    void a_redirect_is_not_followed(@TempDir Path home) throws Exception {
        var followed = new AtomicBoolean();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/listed", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        server.createContext("/elsewhere", exchange -> {
            followed.set(true);
            exchange.sendResponseHeaders(200, -1);
        });
        server.start();
        try {
            var address = URI.create(
                    "http://127.0.0.1:%d/listed".formatted(server.getAddress().getPort()));

            assertThatThrownBy(() -> new PackageDownload(address, "0").to(home.resolve("package"), () -> {}))
                    .hasMessageContaining("HTTP status 302");
        } finally {
            server.stop(0);
        }

        assertThat(followed).isFalse();
    }

    private static boolean isDone(CountDownLatch beaten) throws IOException {
        try {
            return beaten.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

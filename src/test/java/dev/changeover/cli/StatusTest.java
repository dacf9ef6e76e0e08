package dev.changeover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the status says of a fleet that is larger than one list. */
class StatusTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1000 |    0 | 4000 | 4000, 1000 or more with problems: ",
                "1000 |    0 | 1000 | 1000, 1000 with problems: ",
                " 999 |    0 | 4000 | 4000, 999 with problems: n-1: ",
                "   0 | 1000 | 4000 | 4000, none with a problem, 1000 or more never seen: ",
                "   0 |    3 | 4000 | 4000, none with a problem, 3 never seen: n-1, n-1, n-1"
            })
    void a_number_that_the_list_does_not_have_whole_is_given_as_the_least(
            int problems, int unseen, int total, String words) throws IOException {
        var nodes = IntStream.range(0, Math.min(total, 1000))
                .mapToObj(i -> node(i < problems, i >= problems && i < problems + unseen))
                .collect(Collectors.joining(","));
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/health", "{\"status\":\"UP\"}");
        answer(server, "/v3/nodes", "{\"nodes\":[%s],\"total_count\":%d}".formatted(nodes, total));
        answer(server, "/v3/upgrades/held", "{\"upgrades\":[]}");
        server.start();
        try {
            var typed = Typed.run(
                    "status",
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort());

            assertThat(typed.out()).contains(words);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nodes_that_go_by_another_key_and_are_not_listed_are_counted() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/v3/order-key", """
                {"key": "k", "other_count": 4000, "others": [{"node_id": "n-1", "proxy_id": "x-1", "key": null}]}
                """);
        server.start();
        try {
            var typed = Typed.run(
                    "node",
                    "keys",
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort());

            assertThat(typed.out().lines()).contains("n-1   x-1    never said", "and 3999 more");
        } finally {
            server.stop(0);
        }
    }

    private static String node(boolean problem, boolean unseen) {
        return "{\"node\":{\"id\":\"n-1\",\"name\":\"first\",\"status\":\"%s\"},\"findings\":[%s]}"
                .formatted(
                        unseen ? "UNSEEN" : "NORMAL",
                        problem ? "{\"kind\":\"DISK_FULL\",\"text\":\"no room\",\"problem\":true}" : "");
    }

    private static void answer(HttpServer server, String path, String body) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
        });
    }
}

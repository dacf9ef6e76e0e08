package dev.changeover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.changeover.client.Exit;
import dev.changeover.client.RestClient;
import dev.changeover.host.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnreachableTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "instances",
                "proxies",
                "tasks",
                "kernel list",
                "version x-1",
                "plan x-1",
                "upgrade x-1",
                "watch j-1",
                "report j-1",
                "window --instance i-1",
                "stop j-1 --reason because",
                "reschedule j-1 --reason because --at 2026-07-16T02:30Z",
                "close-remaining j-1 --reason because",
                "holders j-1"
            })
    void where_nothing_listens_every_command_is_4_and_says_where_it_asked(String words) throws IOException {
        var server = "http://127.0.0.1:" + Loopback.freePort();

        var typed = Typed.run((words + " --server " + server).split(" "));

        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(typed.err()).startsWith(server + " cannot be reached: nothing listens there");
        assertThat(typed.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"instances", "user remove anna"})
    void a_host_that_does_not_exist_is_told_from_one_that_does_not_listen(String words) {
        var typed = Typed.run((words + " --server http://host.invalid").split(" "));

        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(typed.err()).contains("there is no host of that name");
    }

    @ParameterizedTest
    @CsvSource({"200, <html>", "502, <html>", "404, '{\"message\":\"not here\"}'", "500, ''"})
    void another_program_that_answers_there_is_4_too(int status, String body) throws IOException {
        var stranger = answering(status, body, new ArrayList<>());
        try {
            var typed = Typed.run("version", "x-1", "--server", address(stranger));

            assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
            assertThat(typed.err()).contains("status " + status, "not as a Changeover server does");
        } finally {
            stranger.stop(0);
        }
    }

    @Test
    void a_key_that_no_header_takes_is_wrong_use() {
        var typed = Typed.run("upgrade", "x-1", "--key", "a\nb", "--server", "http://127.0.0.1:1");

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).startsWith("--key: ").doesNotContain("Exception");
    }

    @Test
    void a_server_behind_a_gateway_is_asked_below_the_gateways_path_and_ids_can_be_any_text() throws IOException {
        var asked = new ArrayList<String>();
        var gateway = answering(200, "{}", asked);
        try (var server =
                new RestClient(URI.create(address(gateway) + "/upgrades/"), Optional.empty(), Optional.empty())) {
            server.get(RestClient.path("proxies", "a b/c"));
        } finally {
            gateway.stop(0);
        }

        assertThat(asked).containsExactly("/upgrades/v3/proxies/a%20b%2Fc");
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static HttpServer answering(int status, String body, List<String> asked) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            var bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }
}

package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.cli.Failure.ApiError;
import dev.changeover.cli.Failure.Unreachable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The REST interface of one server. Safe for use by several threads. */
final class RestClient implements AutoCloseable {
    private static final Duration TO_CONNECT = Duration.ofSeconds(5);

    /** A plan asks every node's agent, and the server waits for the slowest. */
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);

    private static final String JSON = "application/json";
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\..*|\\[::1]", Pattern.CASE_INSENSITIVE);

    private final URI address;
    private final String base;
    private final HttpClient http;

    private final Optional<String> token;

    /**
     * @param address may have a path of its own, where a gateway stands before several programs
     * @param token says who calls
     */
    RestClient(URI address, Optional<String> token) {
        this(address, token, Optional.empty());
    }

    /** @param trust who vouches for its certificate; empty for those that Java knows */
    RestClient(URI address, Optional<String> token, Optional<SSLContext> trust) {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TO_CONNECT);
        trust.ifPresent(client::sslContext);
        this.http = client.build();
        this.address = address;
        this.token = token;
        this.base = address.toString().replaceAll("/+$", "");
    }

    /** Makes a path of its parts; what a user typed can be any text. */
    static String path(String... parts) {
        return Arrays.stream(parts).map(RestClient::encoded).collect(Collectors.joining("/", "/v3/", ""));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * @throws ApiError the server said no
     * @throws Unreachable it said nothing
     */
    JsonNode get(String path) {
        return json(send(request(path).timeout(TO_ANSWER).build(), BodyHandlers.ofString()));
    }

    /**
     * @param headers names and values by turns
     * @throws ApiError the server said no
     * @throws Unreachable it said nothing; whether it acted is not known
     */
    JsonNode post(String path, String type, String body, String... headers) {
        var request =
                request(path).timeout(TO_ANSWER).header("Content-Type", type).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return json(send(request.build(), BodyHandlers.ofString()));
    }

    /** The same with a JSON body. */
    JsonNode post(String path, JsonNode body) {
        return post(path, JSON, body.toString());
    }

    /** The same with another method. */
    JsonNode send(String method, String path, JsonNode body) {
        var request = request(path)
                .timeout(TO_ANSWER)
                .header("Content-Type", JSON)
                .method(method, BodyPublishers.ofString(body.toString()));
        return json(send(request.build(), BodyHandlers.ofString()));
    }

    /** The same with a method that has no body. */
    JsonNode delete(String path) {
        return json(send(request(path).timeout(TO_ANSWER).DELETE().build(), BodyHandlers.ofString()));
    }

    /** Where it is. */
    URI address() {
        return address;
    }

    /** Whether what is sent there leaves this host unencrypted. */
    boolean overhearable() {
        return "http".equals(address.getScheme())
                && !LOOPBACK.matcher(address.getHost()).matches();
    }

    /**
     * Reads an event stream until it ends, each event's data as it comes.
     *
     * @param after the number of the last event that is known already
     */
    void follow(String path, int after, Consumer<JsonNode> events) {
        var request = request(path)
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", String.valueOf(after))
                .build();
        var answer = send(request, BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            if (answer.statusCode() != 200) {
                throw error(answer.statusCode(), lines.collect(Collectors.joining("\n")), answer);
            }
            lines.filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data:".length()).strip())
                    .filter(data -> !data.isEmpty()) // a sign of life
                    .map(data -> json(data, answer))
                    .forEach(events);
        } catch (UncheckedIOException broken) {
            throw unreachable(broken);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path));
        token.ifPresent(text -> request.header("X-Auth-Token", text));
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable("stopped while waiting for " + address, stopped);
        }
    }

    private JsonNode json(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw error(answer.statusCode(), answer.body(), answer);
        }
        return answer.body().isEmpty() ? Json.object() : json(answer.body(), answer);
    }

    private JsonNode json(String body, HttpResponse<?> answer) {
        try {
            return Json.read(body);
        } catch (JsonProcessingException strange) {
            throw foreign(answer);
        }
    }

    private RuntimeException error(int status, String body, HttpResponse<?> answer) {
        var said = json(body, answer);
        var code = Json.text(said, "error_code");
        if (code.isEmpty()) {
            return foreign(answer);
        }
        return new ApiError(
                status, code, Json.text(said, "error_msg"), header(answer, "X-Request-Id"), header(answer, "X-Job-Id"));
    }

    private static String header(HttpResponse<?> answer, String name) {
        return Json.shown(answer.headers().firstValue(name).orElse(""));
    }

    private Unreachable foreign(HttpResponse<?> answer) {
        return new Unreachable(
                "%s answers with status %d, but not as a Changeover server does"
                        .formatted(address, answer.statusCode()),
                null);
    }

    private Unreachable unreachable(Exception failure) {
        var reason = switch (failure) {
            case ConnectException refused ->
                Stream.iterate((Throwable) refused, Objects::nonNull, Throwable::getCause)
                                .anyMatch(UnresolvedAddressException.class::isInstance)
                        ? "there is no host of that name"
                        : "nothing listens there; is the server running?";
            case HttpTimeoutException late -> "no answer in time";
            case SSLHandshakeException stranger ->
                "nobody who is trusted here vouches for its certificate: name who does with --ca FILE (%s)"
                        .formatted(stranger.getMessage());
            default -> Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        };
        return new Unreachable("%s cannot be reached: %s".formatted(address, reason), failure);
    }

    /** Parameters of a path; their text begins with the question mark. */
    static final class Query {
        private final StringBuilder text = new StringBuilder();

        /** Adds a parameter, unless nothing is said of it. */
        Query and(String name, @Nullable String value) {
            if (value != null) {
                text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(encoded(value));
            }
            return this;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}

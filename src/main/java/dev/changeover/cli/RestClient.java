package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.cli.Failure.ApiError;
import dev.changeover.cli.Failure.Unreachable;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface of one server. Safe for use by several threads.
 *
 * <p>By {@link HttpURLConnection}, because {@code java.net.http} takes a third of a second of processor time before its
 * first request.
 */
final class RestClient implements AutoCloseable {
    static {
        // What a request changed may be done although the answer was lost: it is never sent twice.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    private static final Duration TO_CONNECT = Duration.ofSeconds(5);

    /** A plan asks every node's agent, and the server waits for the slowest. */
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);

    private static final String JSON = "application/json";
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\..*|\\[::1]", Pattern.CASE_INSENSITIVE);

    private final URI address;
    private final String base;
    private final Optional<String> token;
    private final Optional<SSLContext> trust;
    private volatile boolean closed;

    /**
     * @param address may have a path of its own, where a gateway stands before several programs
     * @param token says who calls
     */
    RestClient(URI address, Optional<String> token) {
        this(address, token, Optional.empty());
    }

    /** @param trust who vouches for its certificate; empty for those that Java knows */
    RestClient(URI address, Optional<String> token, Optional<SSLContext> trust) {
        this.address = address;
        this.token = token;
        this.trust = trust;
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
        return json(answer(request("GET", path), null));
    }

    /**
     * @param headers names and values by turns
     * @throws ApiError the server said no
     * @throws Unreachable it said nothing; whether it acted is not known
     */
    JsonNode post(String path, String type, String body, String... headers) {
        var request = request("POST", path);
        for (int i = 0; i < headers.length; i += 2) {
            request.setRequestProperty(headers[i], headers[i + 1]);
        }
        return json(answer(request, type, body));
    }

    /** The same with a JSON body. */
    JsonNode post(String path, JsonNode body) {
        return post(path, JSON, body.toString());
    }

    /** The same with a body of any length, of which nothing is kept. */
    JsonNode post(String path, String type, InputStream body) {
        var request = request("POST", path);
        request.setRequestProperty("Content-Type", type);
        request.setChunkedStreamingMode(0);
        return json(answer(request, body));
    }

    /** The same with another method. */
    JsonNode send(String method, String path, JsonNode body) {
        return method.equals("PATCH") ? patch(path, body) : json(answer(request(method, path), JSON, body.toString()));
    }

    /** The only method that {@link HttpURLConnection} does not know. */
    private JsonNode patch(String path, JsonNode body) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TO_ANSWER)
                .header("Content-Type", JSON)
                .method("PATCH", BodyPublishers.ofString(body.toString()));
        token.ifPresent(text -> request.header("X-Auth-Token", text));
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TO_CONNECT);
        trust.ifPresent(client::sslContext);
        try (var http = client.build()) {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            return json(new Answer(
                    answer.statusCode(),
                    answer.body(),
                    name -> answer.headers().firstValue(name).orElse(null)));
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable("stopped while waiting for " + address, stopped);
        }
    }

    /** The same with a method that has no body. */
    JsonNode delete(String path) {
        return json(answer(request("DELETE", path), null));
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
        var request = request("GET", path);
        request.setRequestProperty("Accept", "text/event-stream");
        request.setRequestProperty("Last-Event-ID", String.valueOf(after));
        try {
            if (request.getResponseCode() != 200) {
                throw error(read(request));
            }
            try (var lines =
                    new BufferedReader(new InputStreamReader(request.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines()
                        .takeWhile(line -> !closed)
                        .filter(line -> line.startsWith("data:"))
                        .map(line -> line.substring("data:".length()).strip())
                        .filter(data -> !data.isEmpty()) // a sign of life
                        .map(data -> parsed(new Answer(200, data, request::getHeaderField)))
                        .forEach(events);
            }
        } catch (IOException | UncheckedIOException broken) {
            throw unreachable(broken);
        }
    }

    /** Ends what is followed, at its next sign of life. */
    @Override
    public void close() {
        closed = true;
    }

    private HttpURLConnection request(String method, String path) {
        try {
            var request = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
            if (request instanceof HttpsURLConnection https) {
                trust.map(SSLContext::getSocketFactory).ifPresent(https::setSSLSocketFactory);
            }
            request.setInstanceFollowRedirects(false);
            request.setConnectTimeout((int) TO_CONNECT.toMillis());
            request.setReadTimeout((int) TO_ANSWER.toMillis());
            request.setRequestMethod(method);
            request.setRequestProperty("Accept", "*/*");
            token.ifPresent(text -> request.setRequestProperty("X-Auth-Token", text));
            return request;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** An answer that was read; a header that it does not have is null. */
    private record Answer(int status, String body, UnaryOperator<@Nullable String> header) {}

    private Answer answer(HttpURLConnection request, String type, String body) {
        request.setRequestProperty("Content-Type", type);
        return answer(request, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private Answer answer(HttpURLConnection request, @Nullable InputStream sent) {
        try {
            if (sent != null) {
                request.setDoOutput(true);
                try (var body = request.getOutputStream()) {
                    sent.transferTo(body);
                }
            }
            return read(request);
        } catch (HttpRetryException unauthenticated) {
            // Java wants to send the body again with a password, and has thrown the answer away.
            throw new ApiError(
                    unauthenticated.responseCode(),
                    "DBS.280056",
                    "not authenticated",
                    shown(request.getHeaderField("X-Request-Id")),
                    "");
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    private static Answer read(HttpURLConnection request) throws IOException {
        int status = request.getResponseCode();
        try (var body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
            return new Answer(
                    status,
                    body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8),
                    request::getHeaderField);
        }
    }

    private JsonNode json(Answer answer) {
        if (answer.status() / 100 != 2) {
            throw error(answer);
        }
        return answer.body().isEmpty() ? Json.object() : parsed(answer);
    }

    private JsonNode parsed(Answer answer) {
        try {
            return Json.read(answer.body());
        } catch (JsonProcessingException strange) {
            throw foreign(answer);
        }
    }

    private RuntimeException error(Answer answer) {
        var said = parsed(answer);
        var code = Json.text(said, "error_code");
        if (code.isEmpty()) {
            return foreign(answer);
        }
        return new ApiError(
                answer.status(),
                code,
                Json.text(said, "error_msg"),
                shown(answer.header().apply("X-Request-Id")),
                shown(answer.header().apply("X-Job-Id")));
    }

    private static String shown(@Nullable String header) {
        return Json.shown(Objects.requireNonNullElse(header, ""));
    }

    private Unreachable foreign(Answer answer) {
        return new Unreachable(
                "%s answers with status %d, but not as a Changeover server does".formatted(address, answer.status()),
                null);
    }

    private Unreachable unreachable(Exception failure) {
        var cause = failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
        var reason = switch (cause) {
            case UnknownHostException nobody -> "there is no host of that name";
            case ConnectException refused -> "nothing listens there; is the server running?";
            case SocketTimeoutException late -> "no answer in time";
            case SSLHandshakeException stranger ->
                "nobody who is trusted here vouches for its certificate: name who does with --ca FILE (%s)"
                        .formatted(stranger.getMessage());
            default -> Objects.requireNonNullElse(cause.getMessage(), cause.toString());
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

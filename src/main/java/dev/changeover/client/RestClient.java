package dev.changeover.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Failure.Unreachable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface of one server. Safe for use by several threads.
 *
 * <p>By {@link HttpURLConnection}, because {@code java.net.http} takes a third of a second of processor time before its
 * first request.
 */
public final class RestClient implements AutoCloseable {
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
     * @param trust who vouches for its certificate; empty for those that Java knows
     */
    public RestClient(URI address, Optional<String> token, Optional<SSLContext> trust) {
        this.address = address;
        this.token = token;
        this.trust = trust;
        this.base = address.toString().replaceAll("/+$", "");
    }

    /** Makes a path of its parts; what a user typed can be any text. */
    public static String path(String... parts) {
        return Arrays.stream(parts).map(RestClient::encoded).collect(Collectors.joining("/", "/v3/", ""));
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * @throws ApiError the server said no
     * @throws Unreachable it said nothing
     */
    public JsonNode get(String path) {
        return ask(path).json();
    }

    /** The same, whatever the answer is. */
    public RestAnswer ask(String path) {
        return answer(request("GET", path), null);
    }

    /**
     * @param headers names and values by turns
     * @throws ApiError the server said no
     * @throws Unreachable it said nothing; whether it acted is not known
     */
    public JsonNode post(String path, JsonNode body, String... headers) {
        var request = request("POST", path);
        for (int i = 0; i < headers.length; i += 2) {
            request.setRequestProperty(headers[i], headers[i + 1]);
        }
        return answer(request, body).json();
    }

    /** Sends a file as it is read, and closes it. */
    public JsonNode upload(String path, FileUpload file) {
        try (file) {
            var answer = read(file.to(request("POST", path)));
            // The JDK drops the words of a 401 where a body cannot be sent twice: without a file they come again.
            return answer.status() == 401 && answer.body().isEmpty() ? post(path, Json.object()) : answer.json();
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /** The same with PUT, PATCH or DELETE. */
    public JsonNode send(String method, String path, JsonNode body) {
        return once(
                HttpRequest.newBuilder()
                        .header("Content-Type", JSON)
                        .method(method, BodyPublishers.ofString(body.toString())),
                path);
    }

    /** {@link HttpURLConnection} does not know PATCH, and may send PUT and DELETE twice. */
    private JsonNode once(HttpRequest.Builder request, String path) {
        request.uri(URI.create(base + path)).timeout(TO_ANSWER);
        token.ifPresent(text -> request.header("X-Auth-Token", text));
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TO_CONNECT);
        trust.ifPresent(client::sslContext);
        try (var http = client.build()) {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            return new RestAnswer(
                            address,
                            answer.statusCode(),
                            answer.body(),
                            name -> answer.headers().firstValue(name).orElse(null))
                    .json();
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable("stopped while waiting for " + address, stopped);
        }
    }

    /** The same with a method that has no body. */
    public JsonNode delete(String path) {
        return once(HttpRequest.newBuilder().DELETE(), path);
    }

    public URI address() {
        return address;
    }

    /** Whether what is sent there leaves this host unencrypted. */
    public boolean overhearable() {
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
                throw read(request).error();
            }
            try (var lines =
                    new BufferedReader(new InputStreamReader(request.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines()
                        .takeWhile(line -> !closed)
                        .filter(line -> line.startsWith("data:"))
                        .map(line -> line.substring("data:".length()).strip())
                        .filter(data -> !data.isEmpty()) // a sign of life
                        .map(data -> new RestAnswer(address, 200, data, request::getHeaderField).parsed())
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

    private RestAnswer answer(HttpURLConnection request, @Nullable JsonNode sent) {
        try {
            if (sent != null) {
                request.setRequestProperty("Content-Type", JSON);
                request.setDoOutput(true);
                try (var body = request.getOutputStream()) {
                    body.write(sent.toString().getBytes(StandardCharsets.UTF_8));
                }
            }
            return read(request);
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    private RestAnswer read(HttpURLConnection request) throws IOException {
        int status = request.getResponseCode();
        try (var body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
            return new RestAnswer(
                    address,
                    status,
                    body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8),
                    request::getHeaderField);
        }
    }

    private Unreachable unreachable(Exception failure) {
        return RestAnswer.none(address, failure);
    }
}

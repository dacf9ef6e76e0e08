package dev.changeover.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Failure.Unreachable;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that was read.
 *
 * @param address of the server, for people
 * @param header by its name; null for one that it does not have
 */
public record RestAnswer(URI address, int status, String body, UnaryOperator<@Nullable String> header) {
    private static final String NO_TLS =
            "it does not speak TLS there: write http:// in place of https://, or name the port that does";
    private static final String PERHAPS_TLS =
            "it ended the connection without an answer; if it speaks TLS there, write https:// in place of http://";

    /**
     * What it says.
     *
     * @throws ApiError the server said no
     * @throws Unreachable it is no server of ours
     */
    public JsonNode json() {
        return text().isEmpty() ? Json.object() : parsed();
    }

    /** The same as it came. */
    public String text() {
        if (status / 100 != 2) {
            throw error();
        }
        return body;
    }

    public JsonNode parsed() {
        try {
            return Json.read(body);
        } catch (JsonProcessingException strange) {
            throw foreign();
        }
    }

    RuntimeException error() {
        var said = parsed();
        var code = Json.text(said, "error_code");
        if (code.isEmpty()) {
            return foreign();
        }
        return new ApiError(
                status,
                code,
                sentences(Json.raw(said, "error_msg")),
                shown(header.apply("X-Request-Id")),
                shown(header.apply("X-Job-Id")));
    }

    /** As many lines as the server wrote, such as one for each fault of a file. */
    private static String sentences(String message) {
        return message.lines().map(Json::shown).collect(Collectors.joining("\n  "));
    }

    private static String shown(@Nullable String header) {
        return Json.shown(Objects.requireNonNullElse(header, ""));
    }

    private Unreachable foreign() {
        return new Unreachable(
                "%s answers with status %d, but not as a Changeover server does".formatted(address, status), null);
    }

    /** The JDK says it in two ways, of its two clients. */
    private static boolean isNoTls(SSLException failure) {
        var words = String.valueOf(failure.getMessage());
        return words.contains("Unsupported or unrecognized SSL message") || words.contains("plaintext connection");
    }

    private static boolean isEnd(SocketException failure) {
        return "Unexpected end of file from server".equals(failure.getMessage());
    }

    private static String words(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    /** There is no answer; why. */
    static Unreachable none(URI address, Exception failure) {
        var cause = failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null
                ? unchecked.getCause()
                : failure;
        var reason = switch (cause) {
            case UnknownHostException nobody -> "there is no host of that name";
            case ConnectException none ->
                isUnresolved(none) ? "there is no host of that name" : "nothing listens there; is the server running?";
            case SocketTimeoutException late -> "no answer in time";
            case HttpTimeoutException late -> "no answer in time";
            case SSLHandshakeException stranger ->
                "nobody who is trusted here vouches for its certificate: name who does with --ca FILE (%s)"
                        .formatted(stranger.getMessage());
            case SSLException tls -> isNoTls(tls) ? NO_TLS : words(tls);
            case SocketException ended -> isEnd(ended) ? PERHAPS_TLS : words(ended);
            default -> words(cause);
        };
        return new Unreachable("%s cannot be reached: %s".formatted(address, reason), failure);
    }

    /** As {@code java.net.http} says it. */
    private static boolean isUnresolved(Throwable failure) {
        var cause = failure.getCause();
        return cause instanceof UnresolvedAddressException || (cause != null && isUnresolved(cause));
    }
}

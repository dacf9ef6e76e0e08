package dev.changeover.api.signature;

import dev.changeover.api.ApiException;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The headers that a signature covers. It must cover the date, and what else decides what the request does: nobody on the
 * way may add or change it. Host and project are checked where they are signed; the SDKs for Go and Terraform sign neither.
 */
public record SignedHeaders(Map<String, String> values, Instant date) {
    static final String DATE = "x-sdk-date";
    public static final String BODY_HASH = "x-sdk-content-sha256";

    /** How far a client's clock may be from the server's. */
    public static final Duration SKEW = Duration.ofMinutes(15);

    /** How long a question may be repeated, counted from its date. */
    private static final Duration REPEATABLE = Duration.ofSeconds(60);

    private static final List<String> IF_PRESENT = List.of("idempotency-key", BODY_HASH);
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withResolverStyle(ResolverStyle.STRICT);

    /** @throws ApiException if one is missing, or was signed too long ago */
    public static SignedHeaders of(Signature signature, HttpRequest<?> request, Instant now) {
        if (!signature.signedHeaders().contains(DATE)) {
            throw ApiException.unauthenticated("SignedHeaders: %s is missing".formatted(DATE));
        }
        for (var name : IF_PRESENT) {
            if (request.getHeaders().contains(name)
                    && !signature.signedHeaders().contains(name)) {
                throw ApiException.unauthenticated(
                        "SignedHeaders: %s is missing, but the request has it".formatted(name));
            }
        }
        var values = new LinkedHashMap<String, String>();
        signature.signedHeaders().forEach(name -> values.put(name, single(request, name)));
        var date = date(Objects.requireNonNull(values.get(DATE)));
        if (Duration.between(date, now).abs().compareTo(SKEW) > 0) {
            throw ApiException.unauthenticated(
                    "X-Sdk-Date: %s is more than %d minutes from the server's time, which is %s: set the client's clock"
                            .formatted(FORM.format(utc(date)), SKEW.toMinutes(), FORM.format(utc(now))));
        }
        return new SignedHeaders(values, date);
    }

    /** As it was sent. */
    public String dateText() {
        return Objects.requireNonNull(values.get(DATE));
    }

    /** Whether a question with this date may be one that came before. */
    public boolean isRepeatable(Instant now) {
        return Duration.between(date, now).abs().compareTo(REPEATABLE) <= 0;
    }

    private static String single(HttpRequest<?> request, String name) {
        var values = request.getHeaders().getAll(name);
        if (values.size() != 1) {
            throw ApiException.unauthenticated(
                    "SignedHeaders: %s is not in the request, or more than once".formatted(name));
        }
        return values.getFirst();
    }

    private static Instant date(String text) {
        try {
            return LocalDateTime.parse(text, FORM).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException strange) {
            throw ApiException.unauthenticated("X-Sdk-Date: a time like 20260715T074610Z is needed");
        }
    }

    private static LocalDateTime utc(Instant at) {
        return LocalDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}

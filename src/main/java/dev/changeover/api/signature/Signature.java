package dev.changeover.api.signature;

import dev.changeover.api.ApiException;
import dev.changeover.host.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A program's signature of a request (REQUIREMENTS A2): {@code Authorization: SDK-HMAC-SHA256 Access=…,
 * SignedHeaders=…, Signature=…}, or the older form of the cloud's OpenStack libraries, {@code Credential=AK/day/region/
 * service/sdk_request}, whose key is derived from the secret one for that day and service.
 *
 * @param accessKey the AK
 * @param scope day, region and service of the older form; empty in the newer one
 * @param signedHeaders lower-case names, in the order they were signed
 * @param value 64 hexadecimal digits
 */
public record Signature(String accessKey, String scope, List<String> signedHeaders, String value) {
    static final String ALGORITHM = "SDK-HMAC-SHA256";

    /** Digits of a day like 20260715. */
    private static final int DAY = 8;

    private static final Pattern HEADER = Pattern.compile(ALGORITHM
            + " +(?:Access=(?<ak>[^,\\s]{1,64})"
            + "|Credential=(?<older>[^,/\\s]{1,64})/(?<scope>[0-9]{8}/[^,/\\s]{0,64}/[^,/\\s]{0,64}/sdk_request))"
            + ", *SignedHeaders=(?<headers>[^,\\s]{1,1000}), *Signature=(?<value>[0-9a-f]{64})");

    /** Algorithms that only the cloud itself understands; its clients sign with them where they are told to. */
    private static final Pattern OTHER_ALGORITHM = Pattern.compile("(SDK|V11)-[A-Z0-9-]+ .*");

    /** Whether a header is a signature at all, of whatever algorithm. */
    public static boolean isIn(String authorization) {
        return OTHER_ALGORITHM.matcher(authorization).matches();
    }

    /** The access key that a header names, be the signature good or not. */
    public static Optional<String> accessKeyIn(String authorization) {
        return Optional.of(HEADER.matcher(authorization))
                .filter(Matcher::matches)
                .map(Signature::accessKey);
    }

    private static String accessKey(Matcher parts) {
        return Objects.requireNonNullElseGet(parts.group("ak"), () -> parts.group("older"));
    }

    /** @throws ApiException if it is none that can be checked */
    public static Signature of(String authorization) {
        if (!authorization.startsWith(ALGORITHM + " ")) {
            throw ApiException.unauthenticated("only signatures with %s are understood".formatted(ALGORITHM));
        }
        var parts = HEADER.matcher(authorization);
        if (!parts.matches()) {
            throw ApiException.unauthenticated(
                    "Authorization: %s Access=…, SignedHeaders=…, Signature=… is needed".formatted(ALGORITHM));
        }
        return new Signature(
                accessKey(parts),
                Objects.requireNonNullElse(parts.group("scope"), ""),
                List.of(parts.group("headers").split(";", -1)),
                parts.group("value"));
    }

    /** Whether it was made of this request at this time with this secret. Takes as long for a wrong one. */
    public boolean fits(CanonicalRequest request, String date, String secret) {
        var scoped = scope.isEmpty() ? date : date + "\n" + scope;
        var text = String.join("\n", ALGORITHM, scoped, Sha256.of(request.text()));
        var right = HexFormat.of().formatHex(hmac(key(secret), text));
        return isOfDay(date) && MessageDigest.isEqual(bytes(right), bytes(value));
    }

    /** Whether the key is that of the day of the date, so that it is good on no other one. */
    private boolean isOfDay(String date) {
        return scope.isEmpty() || scope.substring(0, DAY).equals(date.substring(0, Math.min(DAY, date.length())));
    }

    private byte[] key(String secret) {
        if (scope.isEmpty()) return bytes(secret);
        return Stream.of(scope.split("/", -1)).reduce(bytes("SDK" + secret), Signature::hmac, (one, other) -> other);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has HMAC with SHA-256", missing);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

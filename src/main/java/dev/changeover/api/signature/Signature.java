package dev.changeover.api.signature;

import dev.changeover.api.ApiException;
import dev.changeover.host.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A program's signature of a request (REQUIREMENTS A2): {@code Authorization: SDK-HMAC-SHA256 Access=…,
 * SignedHeaders=…, Signature=…}.
 *
 * @param accessKey the AK
 * @param signedHeaders lower-case names, in the order they were signed
 * @param value 64 hexadecimal digits
 */
public record Signature(String accessKey, List<String> signedHeaders, String value) {
    static final String ALGORITHM = "SDK-HMAC-SHA256";

    private static final Pattern HEADER = Pattern.compile(
            ALGORITHM + " +Access=([^,\\s]{1,64}), *SignedHeaders=([^,\\s]{1,1000}), *Signature=([0-9a-f]{64})");

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
                .map(parts -> parts.group(1));
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
        return new Signature(parts.group(1), List.of(parts.group(2).split(";", -1)), parts.group(3));
    }

    /** Whether it was made of this request at this time with this secret. Takes as long for a wrong one. */
    public boolean fits(CanonicalRequest request, String date, String secret) {
        var text = String.join("\n", ALGORITHM, date, Sha256.of(request.text()));
        var right = HexFormat.of().formatHex(hmac(secret, text));
        return MessageDigest.isEqual(bytes(right), bytes(value));
    }

    private static byte[] hmac(String secret, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(secret), "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has HMAC with SHA-256", missing);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

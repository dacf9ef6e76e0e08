package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.host.Sha256;
import dev.changeover.node.Permit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** The public half of the control plane's Ed25519 key. Safe for concurrent use; workflows use it too. */
public final class OrderKey {
    /** What stands before the 32 bytes of such a key in its X.509 form (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    /** So many changes at most are caught up with. */
    private static final int CHANGES = 8;

    private final Ed25519PublicKeyParameters key;

    OrderKey(Ed25519PublicKeyParameters key) {
        this.key = key;
    }

    /** @throws IllegalArgumentException if the text is no such key in Base64 */
    public static OrderKey parse(String text) {
        var encoded = Base64.getDecoder().decode(text);
        var end = encoded.length;
        if (end != X509.length + Ed25519PublicKeyParameters.KEY_SIZE
                || !Arrays.equals(X509, Arrays.copyOf(encoded, X509.length))) {
            throw new IllegalArgumentException("no Ed25519 key");
        }
        return new OrderKey(new Ed25519PublicKeyParameters(Arrays.copyOfRange(encoded, X509.length, end)));
    }

    boolean hasSigned(String purpose, String text, String signature) {
        try {
            var message = (purpose + text).getBytes(StandardCharsets.UTF_8);
            var given = Base64.getDecoder().decode(signature);
            return given.length == Ed25519PrivateKeyParameters.SIGNATURE_SIZE
                    && key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, given, 0);
        } catch (IllegalArgumentException notEvenOne) {
            return false;
        }
    }

    /**
     * What the holder of a key says of the one that takes its place.
     *
     * @param until when what the former key has signed is still good
     */
    record Next(String key, Instant until) {}

    /**
     * How this key leads to the one that signed, each change signed by the key before it.
     *
     * @return none where this key signed; empty if neither it nor one that follows it did
     */
    Optional<List<Next>> wayTo(String purpose, Permit signed) {
        var way = new ArrayList<Next>();
        var last = this;
        while (!last.hasSigned(purpose, signed.text(), signed.signature())) {
            var next = last.next(signed.links());
            if (next.isEmpty() || way.size() == CHANGES) {
                return Optional.empty();
            }
            way.add(next.get());
            last = parse(next.get().key());
        }
        return Optional.of(way);
    }

    private Optional<Next> next(List<Permit> links) {
        for (var link : links.subList(0, Math.min(CHANGES, links.size()))) {
            if (hasSigned(OrderSigner.NEXT_KEY, link.text(), link.signature())) {
                try {
                    return Optional.of(SignedText.JSON.readValue(link.text(), Next.class));
                } catch (JsonProcessingException strange) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The content of a command, as the holder of the private half, or of one that took its place, gave it; empty if it
     * gave no such command.
     *
     * @param word of the command
     */
    public <T> Optional<T> given(String word, @Nullable Permit signed, Class<T> type) {
        if (signed == null || wayTo(OrderSigner.COMMAND, signed).isEmpty()) {
            return Optional.empty();
        }
        try {
            var said = SignedText.JSON.readValue(signed.text(), OrderSigner.Said.class);
            return word.equals(said.command())
                    ? Optional.of(SignedText.JSON.treeToValue(said.content(), type))
                    : Optional.empty();
        } catch (JsonProcessingException strange) {
            return Optional.empty();
        }
    }

    String text() {
        return Base64.getEncoder().encodeToString(encoded());
    }

    /** Short enough to be compared by eye. */
    String fingerprint() {
        return Sha256.of(encoded()).substring(0, 16);
    }

    private byte[] encoded() {
        var encoded = Arrays.copyOf(X509, X509.length + Ed25519PublicKeyParameters.KEY_SIZE);
        key.encode(encoded, X509.length);
        return encoded;
    }
}

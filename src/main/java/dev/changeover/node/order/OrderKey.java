package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.host.Sha256;
import dev.changeover.node.Permit;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The public half of the control plane's Ed25519 key. Safe for concurrent use; workflows use it too. */
public final class OrderKey {
    private final PublicKey key;

    private OrderKey(PublicKey key) {
        this.key = key;
    }

    static OrderKey of(PublicKey key) {
        return new OrderKey(key);
    }

    /** @throws IllegalArgumentException if the text is no such key in Base64 */
    public static OrderKey parse(String text) {
        try {
            var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(text));
            return new OrderKey(KeyFactory.getInstance("Ed25519").generatePublic(encoded));
        } catch (GeneralSecurityException wrong) {
            throw new IllegalArgumentException("no Ed25519 key", wrong);
        }
    }

    boolean hasSigned(String purpose, String text, String signature) {
        try {
            var check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update((purpose + text).getBytes(StandardCharsets.UTF_8));
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException notEvenOne) {
            return false;
        }
    }

    /**
     * The content of a command, as the holder of the private half gave it; empty if it gave no such command.
     *
     * @param word of the command
     */
    public <T> Optional<T> given(String word, @Nullable Permit signed, Class<T> type) {
        if (signed == null || !hasSigned(OrderSigner.COMMAND, signed.text(), signed.signature())) {
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
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** Short enough to be compared by eye. */
    String fingerprint() {
        return Sha256.of(key.getEncoded()).substring(0, 16);
    }
}

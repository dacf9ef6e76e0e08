package dev.changeover.node.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Base64;

/**
 * Signs the control plane's orders with Ed25519. The key is derived from the installation's one secret: every server of a
 * database signs with the same one, and there is no second file to lose. Safe for concurrent use.
 */
public final class OrderSigner {
    static final String ORDER = "changeover order\n";
    static final String COMMAND = "changeover command\n";
    static final String ENROLMENT = "changeover enrolment\n";

    private final PrivateKey key;
    private final OrderKey open;

    private OrderSigner(KeyPair pair) {
        this.key = pair.getPrivate();
        this.open = OrderKey.of(pair.getPublic());
    }

    /** @param seed 32 bytes that nobody else knows; the same ones are the same key */
    public static OrderSigner of(byte[] seed) {
        try {
            var generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
            return new OrderSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java 25 platform has Ed25519", missing);
        }
    }

    /**
     * An Ed25519 key is a hash of 32 random bytes (RFC 8032, 5.1.5). The platform makes one of them, but only by asking a
     * source for the bytes.
     */
    private static final class Seed extends SecureRandom {
        private final transient byte[] bytes;

        Seed(byte[] bytes) {
            if (bytes.length != 32) {
                throw new IllegalArgumentException("a seed has 32 bytes, not " + bytes.length);
            }
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] wanted) {
            System.arraycopy(bytes, 0, wanted, 0, wanted.length);
        }
    }

    /**
     * Signs one order.
     *
     * @param jobId empty for a look that belongs to none
     * @param step grows with each order of the job
     * @param good until when the order may be begun
     * @param order as the agent's activity takes it, without a permit
     */
    public Permit permit(String jobId, long step, OrderKind kind, String nodeId, Instant good, Object order) {
        var text =
                SignedText.write(new SignedText(jobId, step, kind, nodeId, good, SignedText.JSON.valueToTree(order)));
        return new Permit(text, sign(ORDER, text));
    }

    /** What a command's signature is for. */
    record Said(String command, JsonNode content) {}

    /** Signs a command to an upgrade: its word, and all that it says. */
    public Permit command(String word, Object content) {
        var text = SignedText.write(new Said(word, SignedText.JSON.valueToTree(content)));
        return new Permit(text, sign(COMMAND, text));
    }

    /** The public half, as {@link OrderKey#parse} reads it. */
    public String key() {
        return open.text();
    }

    /** Names the key, for people. */
    public String fingerprint() {
        return open.fingerprint();
    }

    String sign(String purpose, String text) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update((purpose + text).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

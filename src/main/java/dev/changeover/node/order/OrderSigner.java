package dev.changeover.node.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs the control plane's orders with Ed25519. The key is derived from the installation's one secret: every server of a
 * database signs with the same one, and there is no second file to lose. Safe for concurrent use.
 */
public final class OrderSigner {
    static final String ORDER = "changeover order\n";
    static final String COMMAND = "changeover command\n";
    static final String ENROLMENT = "changeover enrolment\n";

    private final Ed25519PrivateKeyParameters key;
    private final OrderKey open;

    private OrderSigner(Ed25519PrivateKeyParameters key) {
        this.key = key;
        this.open = new OrderKey(key.generatePublicKey());
    }

    /** @param seed 32 bytes that nobody else knows (RFC 8032, 5.1.5); the same ones are the same key */
    public static OrderSigner of(byte[] seed) {
        return new OrderSigner(new Ed25519PrivateKeyParameters(seed));
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
        var message = (purpose + text).getBytes(StandardCharsets.UTF_8);
        var signature = new byte[Ed25519PrivateKeyParameters.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return Base64.getEncoder().encodeToString(signature);
    }
}

package dev.changeover.node.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs the control plane's orders with Ed25519. The key is derived from the installation's one secret: every server of a
 * database signs with the same one, and there is no second file to lose. A key that takes the place of another is signed
 * by that one, and each signature carries those, so whoever goes by the former key comes to the present one and needs no
 * word beforehand. Safe for concurrent use.
 */
public final class OrderSigner {
    static final String ORDER = "changeover order\n";
    static final String COMMAND = "changeover command\n";
    static final String ENROLMENT = "changeover enrolment\n";
    static final String NEXT_KEY = "changeover next key\n";

    private final Supplier<Pair> pair;

    /** Both halves, and what leads to them. */
    private record Pair(Ed25519PrivateKeyParameters key, OrderKey open, List<Permit> links) {
        String sign(String purpose, String text) {
            var message = (purpose + text).getBytes(StandardCharsets.UTF_8);
            var signature = new byte[Ed25519PrivateKeyParameters.SIGNATURE_SIZE];
            key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
            return Base64.getEncoder().encodeToString(signature);
        }

        Permit permit(String purpose, String text) {
            return new Permit(text, sign(purpose, text), links);
        }
    }

    private OrderSigner(Supplier<Pair> pair) {
        this.pair = pair;
    }

    /** @param seed 32 bytes that nobody else knows (RFC 8032, 5.1.5); the same ones are the same key */
    public static OrderSigner of(byte[] seed) {
        return of(seed, List.of());
    }

    /** @param links of {@link #link}, by which those who go by a former key come to this one; oldest first */
    public static OrderSigner of(byte[] seed, List<Permit> links) {
        var key = new Ed25519PrivateKeyParameters(seed);
        var pair = new Pair(key, new OrderKey(key.generatePublicKey()), List.copyOf(links));
        return new OrderSigner(() -> pair);
    }

    /** Signs each time as the one that is present then. */
    public static OrderSigner changing(Supplier<OrderSigner> present) {
        return new OrderSigner(() -> present.get().pair.get());
    }

    /**
     * Names the key that takes this one's place.
     *
     * @param until when what this key has signed is still carried out by an agent that goes by the next one
     */
    public Permit link(OrderSigner next, Instant until) {
        var text = SignedText.write(new OrderKey.Next(next.key(), until));
        return new Permit(text, sign(NEXT_KEY, text));
    }

    /**
     * @param jobId empty for a look that belongs to none
     * @param step grows with each order of the job
     * @param good until when the order may be begun, to the second
     * @param order as the agent's activity takes it, without a permit
     */
    public Permit permit(String jobId, long step, OrderKind kind, String nodeId, Instant good, Object order) {
        var text = SignedText.write(new SignedText(
                jobId, step, kind, nodeId, good.truncatedTo(ChronoUnit.SECONDS), SignedText.JSON.valueToTree(order)));
        return pair.get().permit(ORDER, text);
    }

    /** What a command's signature is for. */
    record Said(String command, JsonNode content) {}

    /** Signs a command to an upgrade: its word, and all that it says. */
    public Permit command(String word, Object content) {
        var text = SignedText.write(new Said(word, SignedText.JSON.valueToTree(content)));
        return pair.get().permit(COMMAND, text);
    }

    /** The public half, as {@link OrderKey#parse} reads it. */
    public String key() {
        return pair.get().open().text();
    }

    /** Names the key, for people. */
    public String fingerprint() {
        return pair.get().open().fingerprint();
    }

    /** The same for all that is signed together, whatever becomes present meanwhile: the key is looked up once. */
    public OrderSigner asNow() {
        var now = pair.get();
        return new OrderSigner(() -> now);
    }

    String sign(String purpose, String text) {
        return pair.get().sign(purpose, text);
    }
}

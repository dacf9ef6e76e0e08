package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.host.PrivateFile;
import dev.changeover.node.Permit;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The control plane's key, as an agent keeps it. It comes in a token that an operator has the control plane make and
 * types on the node's host. The token is no secret, for the key in it is public, and it is checked without a
 * connection: for this node, still good, signed by the key that it carries (so a torn one is refused), and not used on
 * this host before. That the right control plane made it is the operator's word. A key that takes this one's place comes
 * with an order, signed by this one.
 */
public final class Enrolment {
    /** How long a token may be used. */
    public static final Duration GOOD_FOR = Duration.ofHours(24);

    private static final String FILE = "enrolment.json";

    private final Kept kept;
    private final OrderKey key;

    private Enrolment(Kept kept) {
        this.kept = kept;
        this.key = OrderKey.parse(kept.key());
    }

    record Token(String id, String nodeId, String key, Instant good) {}

    /**
     * @param former keys whose place this one has taken, and until when what they have signed is good: none for longer
     *     than a later change allows
     */
    record Kept(String nodeId, String key, Instant since, List<String> used, Map<String, Instant> former) {
        Kept {
            used = List.copyOf(used);
            former = Map.copyOf(Objects.requireNonNullElse(former, Map.of()));
            OrderKey.parse(Objects.requireNonNull(key));
            former.keySet().forEach(OrderKey::parse);
        }
    }

    /** The token cannot be used; the message says why, and what to do. */
    public static final class Refused extends IOException {
        Refused(String message) {
            super(message);
        }
    }

    /** A token for a node: one line, to be used once. */
    public static String token(OrderSigner signer, String nodeId, Instant now) {
        var present = signer.asNow();
        var text = SignedText.write(new Token(UUID.randomUUID().toString(), nodeId, present.key(), now.plus(GOOD_FOR)));
        var whole = present.sign(OrderSigner.ENROLMENT, text) + "\n" + text;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes up the key of a token in place of any that was there.
     *
     * @param runDir of the node's agent
     * @throws Refused if the token cannot be used here
     * @throws IOException if the file cannot be read or written
     */
    public static Enrolment accept(String token, String nodeId, Path runDir, Instant now) throws IOException {
        var told = read(token);
        if (!told.nodeId().equals(nodeId)) {
            throw new Refused("the token is for node %s, this is node %s".formatted(told.nodeId(), nodeId));
        }
        if (now.isAfter(told.good())) {
            throw new Refused("the token was good until %s; ask for a new one: changeover node enroll %s"
                    .formatted(told.good(), nodeId));
        }
        var used = new ArrayList<>(kept(runDir).map(Kept::used).orElse(List.of()));
        if (used.contains(told.id())) {
            throw new Refused(
                    "the token was used on this host before; ask for a new one: changeover node enroll " + nodeId);
        }
        used.add(told.id());
        return new Enrolment(new Kept(nodeId, told.key(), now, used, Map.of())).keep(runDir);
    }

    private Enrolment keep(Path runDir) throws IOException {
        PrivateFile.write(runDir.resolve(FILE), SignedText.write(kept));
        return this;
    }

    /**
     * This enrolment if its key signed the order, or a former one that is still good did. Where the key that signed has
     * taken this one's place, the enrolment with that one, which is kept from now on. Empty if the order is of none of
     * these.
     *
     * @throws IOException if the next key cannot be kept
     */
    Optional<Enrolment> ofSigner(Permit signed, Path runDir, Instant now) throws IOException {
        var way = key.wayTo(OrderSigner.ORDER, signed);
        if (way.isPresent() && !way.get().isEmpty()) {
            return Optional.of(followed(way.get(), now).keep(runDir));
        }
        return way.isPresent() || formerHasSigned(signed, now) ? Optional.of(this) : Optional.empty();
    }

    private Enrolment followed(List<OrderKey.Next> way, Instant now) {
        var former = new HashMap<>(kept.former());
        var last = kept.key();
        for (var next : way) {
            former.put(last, next.until());
            former.replaceAll((key, until) -> until.isBefore(next.until()) ? until : next.until());
            last = next.key();
        }
        former.remove(last);
        former.values().removeIf(now::isAfter);
        return new Enrolment(new Kept(kept.nodeId(), last, now, kept.used(), former));
    }

    private boolean formerHasSigned(Permit signed, Instant now) {
        return kept.former().entrySet().stream()
                .anyMatch(former -> !now.isAfter(former.getValue())
                        && OrderKey.parse(former.getKey())
                                .hasSigned(OrderSigner.ORDER, signed.text(), signed.signature()));
    }

    private static Token read(String token) throws Refused {
        try {
            var whole = new String(Base64.getUrlDecoder().decode(token.strip()), StandardCharsets.UTF_8);
            var end = whole.indexOf('\n');
            var text = whole.substring(end + 1);
            var told = SignedText.JSON.readValue(text, Token.class);
            if (end > 0 && OrderKey.parse(told.key()).hasSigned(OrderSigner.ENROLMENT, text, whole.substring(0, end))) {
                return told;
            }
        } catch (IllegalArgumentException | JsonProcessingException torn) {
            // the same answer as to a wrong signature
        }
        throw new Refused("this is no whole token: copy the line that 'changeover node enroll NODE' prints");
    }

    /**
     * Empty where this agent was never enrolled.
     *
     * @throws IOException if the file cannot be read, is torn, or has no key in it; then nobody knows whose orders are good
     */
    public static Optional<Enrolment> of(Path runDir) throws IOException {
        return kept(runDir).map(Enrolment::new);
    }

    /** Changes with the file; empty where this agent was never enrolled. */
    static Optional<FileStamp> stamp(Path runDir) throws IOException {
        return FileStamp.of(runDir.resolve(FILE));
    }

    private static Optional<Kept> kept(Path runDir) throws IOException {
        var file = runDir.resolve(FILE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            var kept = Optional.ofNullable(SignedText.JSON.readValue(Files.readString(file), Kept.class));
            if (kept.isPresent()) return kept;
        } catch (JsonProcessingException | CharacterCodingException torn) {
            // the same answer as to a file that says nothing
        }
        throw new IOException(
                "%s is torn, so no order can be checked: remove it, and enrol this agent again ('changeover node enroll NODE', 'changeover agent enroll TOKEN')"
                        .formatted(file));
    }

    /** Names the control plane's key, for people. */
    public String fingerprint() {
        return key.fingerprint();
    }
}

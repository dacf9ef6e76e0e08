package dev.changeover.api.fleet;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.order.KeyChange;
import dev.changeover.node.order.OrderSigner;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The key with which orders to agents are signed. */
@Controller("/v3/order-key")
@Tag(name = "Fleet")
record OrderKeyController(OrderSigner signer, KeyChange keys, Inventory inventory) {
    /** So many nodes are named. */
    private static final int NAMED = 100;

    private static final int NAMED_IN_A_SENTENCE = 10;

    /** The longest that an order is good for, a retirement's: so no upgrade under way notices the change. */
    private static final int USUAL_HOURS = 60 * 24;

    private static final int MOST_HOURS = 366 * 24;

    /** The present key, and the nodes whose agents did not say that they go by it; the first hundred are named. */
    @Secured(Permission.MANAGE_KERNELS)
    @Get
    OrderKeyAnswer key() {
        var key = signer.fingerprint();
        var others = inventory.otherKeys(key, NAMED);
        return new OrderKeyAnswer(
                key,
                keys.changedAt().map(Times::of).orElse(null),
                others.total(),
                others.nodes().stream()
                        .map(node -> new OtherNode(node.nodeId(), node.proxyId(), node.key()))
                        .toList());
    }

    /**
     * Makes a new key, which signs from now on. Agents take it up with their next order, which the present key vouches
     * for; the server looks at all. 409, naming them, when more nodes than {@code others} have not said that they go by the
     * present key, for their agents may have to be enrolled again.
     */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("order-key.change")
    @Post
    OrderKeyAnswer change(@Body ChangeBody body, @Parameter(hidden = true) Change change) {
        var overlap = body.overlap();
        var before = signer.fingerprint();
        change.before("key", before).after("overlap_hours", overlap.toHours()).announce();
        var others = inventory.otherKeys(before, NAMED_IN_A_SENTENCE);
        if (others.total() > body.accepted()) {
            throw ApiException.notNow(sentence(before, others));
        }
        try {
            keys.change(overlap);
        } catch (IllegalStateException another) {
            throw ApiException.notNow(String.valueOf(another.getMessage()));
        }
        change.after("key", signer.fingerprint());
        return key();
    }

    private static String sentence(String key, Inventory.OtherKeys others) {
        return "%d nodes' agents have not said that they go by the present key %s, and may have to be enrolled again after the change: %s%s"
                .formatted(
                        others.total(),
                        key,
                        others.nodes().stream().map(Inventory.OtherKey::nodeId).collect(Collectors.joining(", ")),
                        others.total() > others.nodes().size() ? ", …" : "");
    }

    /**
     * An operator's word.
     *
     * @param others how many nodes may be left behind (0)
     * @param overlapHours for how many hours agents still carry out what the former key has signed, 1 to 8784 (1440, so
     *     that no upgrade under way notices)
     */
    record ChangeBody(@Nullable Integer others, @Nullable Integer overlapHours) {
        private int accepted() {
            return Objects.requireNonNullElse(others, 0);
        }

        private Duration overlap() {
            var hours = Objects.requireNonNullElse(overlapHours, USUAL_HOURS);
            if (hours < 1 || hours > MOST_HOURS) {
                throw ApiException.badParameter("overlap_hours", "from 1 to %d".formatted(MOST_HOURS));
            }
            return Duration.ofHours(hours);
        }
    }

    /**
     * By which key agents go.
     *
     * @param key names the present key
     * @param changedAt when it took the place of another; null for the first
     * @param otherCount of nodes whose agents did not say that they go by it
     * @param others the first hundred of them, by id
     */
    record OrderKeyAnswer(String key, @Nullable String changedAt, int otherCount, List<OtherNode> others) {}

    /**
     * A node whose agent did not say that it goes by the present key.
     *
     * @param key that it said it goes by; null if it never said one
     */
    record OtherNode(
            String nodeId, String proxyId, @Nullable String key) {}
}

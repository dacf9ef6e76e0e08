package dev.changeover.upgrade.workflow;

import dev.changeover.node.order.OrderKey;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells commands of the control plane from others: Temporal lets everybody who reaches it send an update. It does not ask
 * the ledger, because an update's handler that waits for a local activity may complete in another order when replayed.
 */
final class GivenCommands {
    private final @Nullable OrderKey key;
    private final Set<String> heard = new TreeSet<>();

    /** @param key of the control plane; null for an upgrade that was admitted before commands were signed */
    GivenCommands(@Nullable String key) {
        this.key = key == null ? null : OrderKey.parse(key);
    }

    /** The command as it was signed; empty if it was not, or was heard before. */
    Optional<CommandRequest> first(Command command, @Nullable CommandRequest sent) {
        if (sent == null || key == null) {
            return Optional.ofNullable(sent);
        }
        return key.given(command.word(), sent.permit(), CommandRequest.class).filter(order -> heard.add(order.id()));
    }
}

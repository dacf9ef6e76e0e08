package dev.changeover.node;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Close sessions of retiring generations now, younger ones too, because an operator says so.
 *
 * @param session which one, by its {@link RetireProgress.Holder#id}; null for all that remain
 * @param confirmed how many the operator was told remain; with more of them nothing is closed. Not looked at where one
 *     session is named
 * @param pace at least this long between two closings on the node, whoever closes
 * @param id of the command, under which the node counts, however often it is begun; null from an older control plane
 */
public record CloseOrder(
        NodeOrder node,
        @Nullable String session,
        int confirmed,
        Duration pace,
        @Nullable String id) {
    public CloseOrder(NodeOrder node, @Nullable String session, int confirmed, Duration pace) {
        this(node, session, confirmed, pace, null);
    }
}

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
 */
public record CloseOrder(NodeOrder node, @Nullable String session, int confirmed, Duration pace) {}

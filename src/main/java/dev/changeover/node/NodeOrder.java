package dev.changeover.node;

import org.jspecify.annotations.Nullable;

/**
 * Which node is meant.
 *
 * @param machineId the host this node was pinned to at its first inspection; null before it
 */
public record NodeOrder(String nodeId, @Nullable String machineId) {}

package dev.changeover.node;

/** How a retirement ended: nothing older runs on the node any more. */
public record Retirement(NodeState after, RetireProgress total) {}

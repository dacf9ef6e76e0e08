package dev.changeover.node;

/** Let this kernel, staged before, serve the node. */
public record HandOverOrder(NodeOrder node, KernelToRun kernel) {}

package dev.changeover.node;

/** Bring this kernel to the node, ready to start. */
public record StageOrder(NodeOrder node, KernelToRun kernel) {}

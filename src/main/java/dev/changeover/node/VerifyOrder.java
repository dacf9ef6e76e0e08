package dev.changeover.node;

import java.time.Duration;

/**
 * Prove that the node serves this kernel well.
 *
 * @param soak how long to watch it; zero looks once
 * @param alone whether nothing older may be left on the node
 */
public record VerifyOrder(NodeOrder node, KernelToRun kernel, Duration soak, boolean alone) {}

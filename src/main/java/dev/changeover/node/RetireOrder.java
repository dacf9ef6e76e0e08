package dev.changeover.node;

import java.time.Duration;

/**
 * Let the older generations end.
 *
 * @param ageLimit sessions older than this may be closed, no others (REQUIREMENTS S14; 24 h unless set)
 * @param pace at least this long between two closings on the node, whoever closes
 */
public record RetireOrder(NodeOrder node, KernelToRun kernel, Duration ageLimit, Duration pace) {}

/** The HAProxy engine: each generation a master with its worker, which outlive the agent. */
@NullMarked
package dev.changeover.node.haproxy;

import org.jspecify.annotations.NullMarked;

/** The HAProxy engine behind the agent. */
@NullMarked
package dev.changeover.node.haproxy;

import org.jspecify.annotations.NullMarked;

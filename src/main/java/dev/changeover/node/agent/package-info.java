/** The agent of one proxy host: every rule that keeps clients safe, once for all engines. */
@NullMarked
package dev.changeover.node.agent;

import org.jspecify.annotations.NullMarked;

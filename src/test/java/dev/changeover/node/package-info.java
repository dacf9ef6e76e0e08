/** The contract of a node's agent and the tests of its drivers. */
@NullMarked
package dev.changeover.node;

import org.jspecify.annotations.NullMarked;

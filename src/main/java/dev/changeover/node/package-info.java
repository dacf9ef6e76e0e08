/** The contract between the control plane and an agent: orders, what an agent saw, faults. Knows nothing of workflows or engines. */
@NullMarked
package dev.changeover.node;

import org.jspecify.annotations.NullMarked;

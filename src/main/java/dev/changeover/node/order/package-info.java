/**
 * Orders that an agent can trust: signed by the control plane, checked by the agent before it does anything. Knows
 * neither Temporal's workflows nor engines.
 */
@NullMarked
package dev.changeover.node.order;

import org.jspecify.annotations.NullMarked;

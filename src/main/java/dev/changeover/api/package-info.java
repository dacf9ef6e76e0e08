/**
 * The REST interface: its routes, their bodies and answers, and the one place that maps failures to error bodies. Knows
 * nothing of workflows, of SQL or of how a node is upgraded.
 */
@NullMarked
package dev.changeover.api;

import org.jspecify.annotations.NullMarked;

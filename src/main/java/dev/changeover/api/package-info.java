/**
 * The REST interface: what HTTP callers may ask of inventory, ledger and upgrades, and the one place that maps failures to
 * error bodies. Knows nothing of workflows, of SQL or of how a node is upgraded.
 */
@NullMarked
package dev.changeover.api;

import org.jspecify.annotations.NullMarked;

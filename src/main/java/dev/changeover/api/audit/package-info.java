/**
 * The entries of calls in the audit trail: one before they act, and how they ended. Knows no controller, and of a
 * change only what is said of it.
 */
@NullMarked
package dev.changeover.api.audit;

import org.jspecify.annotations.NullMarked;

/** The task ledger and the audit trail: what was asked, by whom, and how it went. Knows nothing of how the work is done. */
@NullMarked
package dev.changeover.task;

import org.jspecify.annotations.NullMarked;

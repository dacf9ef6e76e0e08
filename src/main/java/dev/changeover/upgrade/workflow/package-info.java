/** The runbook of an upgrade and its steps, replayed by Temporal; no clock, thread, randomness or I/O gets in. */
@NullMarked
package dev.changeover.upgrade.workflow;

import org.jspecify.annotations.NullMarked;

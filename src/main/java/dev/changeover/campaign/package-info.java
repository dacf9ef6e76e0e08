/** Forced upgrades of a fleet, in waves: their words, rules and rows. Knows nothing of how one proxy is upgraded. */
@NullMarked
package dev.changeover.campaign;

import org.jspecify.annotations.NullMarked;

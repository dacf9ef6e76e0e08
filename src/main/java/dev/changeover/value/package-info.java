/**
 * Rules for single values that several packages read or write: texts, settings, networks, JSON; and the causes of
 * failures. Knows nothing of what they are for.
 */
@NullMarked
package dev.changeover.value;

import org.jspecify.annotations.NullMarked;

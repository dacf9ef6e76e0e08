/** The entry point: which command leads to which role; the only place that knows every package. */
@NullMarked
package dev.changeover;

import org.jspecify.annotations.NullMarked;

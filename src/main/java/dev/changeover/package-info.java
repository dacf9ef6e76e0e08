/** The entry point and the roles a process can take; the only place that knows every package. */
@NullMarked
package dev.changeover;

import org.jspecify.annotations.NullMarked;

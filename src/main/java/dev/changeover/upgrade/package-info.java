/** The heart: one proxy from one kernel version to the next, as a durable workflow. Knows nothing of HTTP or of processes on hosts. */
@NullMarked
package dev.changeover.upgrade;

import org.jspecify.annotations.NullMarked;

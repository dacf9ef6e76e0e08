/** The heart: records and pure decisions of the upgrade of one proxy. Knows nothing of HTTP, of Temporal clients or of processes on hosts. */
@NullMarked
package dev.changeover.upgrade;

import org.jspecify.annotations.NullMarked;

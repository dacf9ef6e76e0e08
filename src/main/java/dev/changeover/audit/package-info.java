/** Who did what, when, to what and why; append-only. Knows nothing of HTTP. */
@NullMarked
package dev.changeover.audit;

import org.jspecify.annotations.NullMarked;

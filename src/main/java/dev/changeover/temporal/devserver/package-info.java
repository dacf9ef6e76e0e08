/** The development server of Temporal as a child process, and its program. Knows nothing of workflows. */
@NullMarked
package dev.changeover.temporal.devserver;

import org.jspecify.annotations.NullMarked;

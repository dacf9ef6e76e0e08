/** The console in a real browser. */
@NullMarked
package dev.changeover.console;

import org.jspecify.annotations.NullMarked;

/** When an owner lets things happen: arithmetic of the maintenance window. Knows no upgrade, no clock and no storage. */
@NullMarked
package dev.changeover.window;

import org.jspecify.annotations.NullMarked;

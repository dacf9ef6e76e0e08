/** Tables, colours and live bars of the command line and the demonstration. Knows nothing of what they show. */
@NullMarked
package dev.changeover.terminal;

import org.jspecify.annotations.NullMarked;

/** Tests of the connection to Temporal, and the real server that tests of any package may use. */
@NullMarked
package dev.changeover.temporal;

import org.jspecify.annotations.NullMarked;

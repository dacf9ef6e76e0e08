/** Server, agents and Temporal as processes of their own, in front of a real database, under load. */
@NullMarked
package dev.changeover.e2e;

import org.jspecify.annotations.NullMarked;

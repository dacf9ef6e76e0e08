/** What would stand in the way on this host, said before anything is touched. Reads only, and knows nothing of Temporal. */
@NullMarked
package dev.changeover.node.check;

import org.jspecify.annotations.NullMarked;

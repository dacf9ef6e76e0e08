/** What an agent does on its proxy host: the contract and its drivers. Knows nothing of workflows or of other hosts. */
@NullMarked
package dev.changeover.node;

import org.jspecify.annotations.NullMarked;

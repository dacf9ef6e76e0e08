/** The routes of upgrades: what one would do, its start, its progress, its evidence. Knows nothing of workflows. */
@NullMarked
package dev.changeover.api.upgrades;

import org.jspecify.annotations.NullMarked;

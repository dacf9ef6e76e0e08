/** The fleet: projects, instances, proxies, nodes and the kernel catalogue. Knows nothing of upgrades. */
@NullMarked
package dev.changeover.inventory;

import org.jspecify.annotations.NullMarked;

/** How what is gone leaves: proxies, instances and projects, after their upgrades. Knows nothing of callers. */
@NullMarked
package dev.changeover.removal;

import org.jspecify.annotations.NullMarked;

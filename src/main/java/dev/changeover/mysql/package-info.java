/** The parts of the MySQL protocol that a login needs, both ends. Knows nothing of proxies. */
@NullMarked
package dev.changeover.mysql;

import org.jspecify.annotations.NullMarked;

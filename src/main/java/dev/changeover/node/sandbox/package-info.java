/** An engine of relays in this process, for the demonstration and for tests without HAProxy. */
@NullMarked
package dev.changeover.node.sandbox;

import org.jspecify.annotations.NullMarked;

/** Takes a HAProxy over that somebody else started on this host. Knows nothing of Temporal or of the control plane. */
@NullMarked
package dev.changeover.node.adoption;

import org.jspecify.annotations.NullMarked;

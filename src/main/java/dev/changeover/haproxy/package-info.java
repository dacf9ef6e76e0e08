/**
 * The HAProxy processes of this host: how to start one, ask it, prove what it holds and let it end. It knows nothing of
 * upgrades, workflows or the control plane.
 */
@NullMarked
package dev.changeover.haproxy;

import org.jspecify.annotations.NullMarked;

/** The runtime API of a HAProxy and the answers it gives. It knows nothing of processes. */
@NullMarked
package dev.changeover.haproxy.runtime;

import org.jspecify.annotations.NullMarked;

/** The server role: the control plane as a process, how it is wired, and the files it leaves for its users. */
@NullMarked
package dev.changeover.server;

import org.jspecify.annotations.NullMarked;

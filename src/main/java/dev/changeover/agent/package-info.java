/** The agent role: the process beside one proxy, and the commands for that host. */
@NullMarked
package dev.changeover.agent;

import org.jspecify.annotations.NullMarked;

/** Tests of how a command finds its server, its log-in, and who vouches for the server. */
@NullMarked
package dev.changeover.client;

import org.jspecify.annotations.NullMarked;

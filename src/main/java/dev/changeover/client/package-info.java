/**
 * How a command reaches a server: its address and who vouches for it, who calls, requests and streams, and why a server
 * did not do what was asked. Knows the REST interface only.
 */
@NullMarked
package dev.changeover.client;

import org.jspecify.annotations.NullMarked;

/**
 * How this server speaks HTTP, whatever it is asked: its connections, limits and TLS, what a body may be, the ids of
 * requests, and refusals with their published codes. Knows nothing of who calls and of upgrades.
 */
@NullMarked
package dev.changeover.api.http;

import org.jspecify.annotations.NullMarked;

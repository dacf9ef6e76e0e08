/**
 * What an operator's haproxy.cfg says, as HAProxy reads it: its files, variables, sections, addresses and limits. It
 * reads files alone, no process.
 */
@NullMarked
package dev.changeover.haproxy.configuration;

import org.jspecify.annotations.NullMarked;

/**
 * Helpers for the operating system: directories, private files, checksums, programs, ports. Knows nothing of
 * Changeover.
 */
@NullMarked
package dev.changeover.host;

import org.jspecify.annotations.NullMarked;

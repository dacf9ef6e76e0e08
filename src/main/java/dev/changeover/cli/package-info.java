/**
 * The command line of a running server: asks its REST interface and prints the answer. Knows the interface only, none of
 * the program's other packages, so that it starts at once and works from any host.
 */
@NullMarked
package dev.changeover.cli;

import org.jspecify.annotations.NullMarked;

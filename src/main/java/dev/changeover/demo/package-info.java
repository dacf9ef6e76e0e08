/**
 * The demonstration's surroundings of the product: real HAProxy packages, a database, client traffic, what the terminal
 * shows and the report. Tests and benchmarks use the same parts. Nothing else may depend on it, and it must not know
 * the command line.
 */
@NullMarked
package dev.changeover.demo;

import org.jspecify.annotations.NullMarked;

/** The parts of the demonstration, tried on real programs; and those programs for the tests of other packages. */
@NullMarked
package dev.changeover.demo;

import org.jspecify.annotations.NullMarked;

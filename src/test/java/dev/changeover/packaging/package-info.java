/**
 * The product's packaging: the Compose file, images, units, launcher and examples, each tried with the program
 * that will read it. Knows the product only by its command line, its configuration and its files.
 */
@NullMarked
package dev.changeover.packaging;

import org.jspecify.annotations.NullMarked;

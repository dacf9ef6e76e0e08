/**
 * Measurements rather than tests, and the page that they fill: {@code mvn -Pbench verify}. Knows the product by its
 * public doors only.
 */
@NullMarked
package dev.changeover.bench;

import org.jspecify.annotations.NullMarked;

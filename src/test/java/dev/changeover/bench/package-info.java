/**
 * What is measured rather than tested, and the page that it fills: {@code mvn -Pbench verify}. Knows the product by its
 * public doors only.
 */
@NullMarked
package dev.changeover.bench;

import org.jspecify.annotations.NullMarked;

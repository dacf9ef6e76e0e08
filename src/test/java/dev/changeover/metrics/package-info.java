@NullMarked
package dev.changeover.metrics;

import org.jspecify.annotations.NullMarked;

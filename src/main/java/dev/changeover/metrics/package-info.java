/** The figures that those who watch a server read, as Prometheus reads them. Changes nothing but what it counts by. */
@NullMarked
package dev.changeover.metrics;

import org.jspecify.annotations.NullMarked;

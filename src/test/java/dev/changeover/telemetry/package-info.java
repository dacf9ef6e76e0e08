@NullMarked
package dev.changeover.telemetry;

import org.jspecify.annotations.NullMarked;

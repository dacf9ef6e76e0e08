@NullMarked
package dev.changeover.haproxy;

import org.jspecify.annotations.NullMarked;

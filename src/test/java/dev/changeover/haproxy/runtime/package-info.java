@NullMarked
package dev.changeover.haproxy.runtime;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.changeover.host;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.changeover.removal;

import org.jspecify.annotations.NullMarked;

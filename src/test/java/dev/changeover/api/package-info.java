@NullMarked
package dev.changeover.api;

import org.jspecify.annotations.NullMarked;

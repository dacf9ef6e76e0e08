@NullMarked
package dev.changeover.campaign;

import org.jspecify.annotations.NullMarked;

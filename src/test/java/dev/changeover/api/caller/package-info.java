@NullMarked
package dev.changeover.api.caller;

import org.jspecify.annotations.NullMarked;

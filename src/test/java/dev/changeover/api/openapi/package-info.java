@NullMarked
package dev.changeover.api.openapi;

import org.jspecify.annotations.NullMarked;

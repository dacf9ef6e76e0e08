@NullMarked
package dev.changeover.api.http;

import org.jspecify.annotations.NullMarked;

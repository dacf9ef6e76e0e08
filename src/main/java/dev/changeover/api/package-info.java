/** Shared by all routes: error bodies, request ids, texts, times. Knows nothing of any one route. */
@NullMarked
package dev.changeover.api;

import org.jspecify.annotations.NullMarked;

/** The one place that maps failures to error bodies and pages. */
@NullMarked
package dev.changeover.api.errors;

import org.jspecify.annotations.NullMarked;

/** People and tokens of the operator's identity provider. Knows nothing of HTTP routes. */
@NullMarked
package dev.changeover.access.provider;

import org.jspecify.annotations.NullMarked;

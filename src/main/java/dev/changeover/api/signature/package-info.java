/** AK/SK signatures of requests (REQUIREMENTS A2). Knows nothing of accounts or routes. */
@NullMarked
package dev.changeover.api.signature;

import org.jspecify.annotations.NullMarked;

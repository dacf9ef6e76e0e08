/**
 * The caller: tokens, signatures and sessions as they come with a request, and what callers of other projects do not
 * get to see. Knows no controller, and nothing of how accounts are kept.
 */
@NullMarked
package dev.changeover.api.caller;

import org.jspecify.annotations.NullMarked;

/** An identity provider's tokens, and log-ins at one. */
@NullMarked
package dev.changeover.access.provider;

import org.jspecify.annotations.NullMarked;

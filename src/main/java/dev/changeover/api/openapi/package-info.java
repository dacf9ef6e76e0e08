/** The OpenAPI document and its page, made of whatever routes there are. Knows no controller but its own. */
@NullMarked
package dev.changeover.api.openapi;

import org.jspecify.annotations.NullMarked;

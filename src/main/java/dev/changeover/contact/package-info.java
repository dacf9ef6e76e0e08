/** Whom to tell of an instance or a project, where, and when not. Knows nothing of what they are told. */
@NullMarked
package dev.changeover.contact;

import org.jspecify.annotations.NullMarked;

/** Accounts and keys on both databases, and signatures as the published clients make them. */
@NullMarked
package dev.changeover.access;

import org.jspecify.annotations.NullMarked;

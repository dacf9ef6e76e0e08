/** The routes of contacts, and of what they were told. */
@NullMarked
package dev.changeover.api.contacts;

import org.jspecify.annotations.NullMarked;

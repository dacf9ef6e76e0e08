/** The routes of those who may call: log-in, sessions, users, access keys. */
@NullMarked
package dev.changeover.api.accounts;

import org.jspecify.annotations.NullMarked;

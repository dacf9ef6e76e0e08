/** Notices by e-mail: SMTP, pages, calendar entries. */
@NullMarked
package dev.changeover.notify.mail;

import org.jspecify.annotations.NullMarked;

/** Notices by SMS and webhook: everything that is sent by HTTP. */
@NullMarked
package dev.changeover.notify.gateway;

import org.jspecify.annotations.NullMarked;

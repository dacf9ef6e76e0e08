/** Tests of logins to real servers. */
@NullMarked
package dev.changeover.mysql;

import org.jspecify.annotations.NullMarked;

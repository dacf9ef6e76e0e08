/** The databases that tests run on. */
@NullMarked
package dev.changeover.database;

import org.jspecify.annotations.NullMarked;

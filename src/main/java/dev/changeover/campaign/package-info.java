/** A fleet brought off a bad version in waves; knows nothing of how one proxy is upgraded. */
@NullMarked
package dev.changeover.campaign;

import org.jspecify.annotations.NullMarked;

/**
 * How this process reaches Temporal: the three modes, the dev server and its program, search attributes and workers. It
 * must not know what any workflow or activity does.
 */
@NullMarked
package dev.changeover.temporal;

import org.jspecify.annotations.NullMarked;

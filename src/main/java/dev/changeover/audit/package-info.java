/**
 * The record of all changes and refused calls: author, time, subject and reason; append-only. Knows nothing of HTTP.
 */
@NullMarked
package dev.changeover.audit;

import org.jspecify.annotations.NullMarked;

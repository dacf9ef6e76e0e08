/** The routes of the Task Center: jobs, instant and scheduled tasks. */
@NullMarked
package dev.changeover.api.tasks;

import org.jspecify.annotations.NullMarked;

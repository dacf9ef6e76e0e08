/** What this process tells of its work to other programs: spans and lines of its log. Off unless a setting says so. */
@NullMarked
package dev.changeover.telemetry;

import org.jspecify.annotations.NullMarked;

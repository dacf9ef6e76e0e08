package dev.changeover.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;

/**
 * Leaves out failures that are no fault here, as of an agent whose node is not entered yet: they are answers. Temporal's
 * library does so of activities, and not of the workflows that end with them.
 */
final class BenignFailures extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent line) {
        if (line.getLoggerName().startsWith("io.temporal.")) {
            for (var each = line.getThrowableProxy(); each instanceof ThrowableProxy told; each = told.getCause()) {
                if (isBenign(told.getThrowable())) return FilterReply.DENY;
            }
        }
        return FilterReply.NEUTRAL;
    }

    private static boolean isBenign(Throwable cause) {
        return cause instanceof ApplicationFailure answer && answer.getCategory() == ApplicationErrorCategory.BENIGN;
    }
}

package dev.changeover.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.changeover.value.Causes;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out failures that are no fault here, as of an agent whose node is not entered yet: they are answers. Temporal's
 * library does so of activities, and not of the workflows that end with them.
 */
final class BenignFailures extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent line) {
        return line.getLoggerName().startsWith("io.temporal.")
                        && line.getThrowableProxy() instanceof ThrowableProxy told
                        && Causes.of(told.getThrowable()).anyMatch(BenignFailures::isBenign)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isBenign(@Nullable Throwable cause) {
        return cause instanceof ApplicationFailure answer && answer.getCategory() == ApplicationErrorCategory.BENIGN;
    }
}

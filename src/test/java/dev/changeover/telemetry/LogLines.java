package dev.changeover.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class tells the log. */
public final class LogLines {
    private LogLines() {}

    /** A thread that the work starts has it, too. */
    private static final InheritableThreadLocal<OfThisThread> LISTENER = new InheritableThreadLocal<>();

    /** The messages of this class, INFO and above, while the work is done on this thread or on what it starts, in their order. */
    public static List<String> of(Class<?> teller, Runnable work) {
        return eventsOf(teller, work).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** The same, with the failures that they tell of. */
    public static List<ILoggingEvent> eventsOf(Class<?> teller, Runnable work) {
        var told = new OfThisThread();
        told.start();
        var log = logger(teller.getName());
        log.setLevel(Level.INFO); // and stays so: another test may listen as well
        log.addAppender(told);
        LISTENER.set(told);
        try {
            work.run();
        } finally {
            LISTENER.remove();
            log.detachAppender(told);
        }
        return told.list;
    }

    /** While another thread sets logging up, as when a run begins, there is only a stand-in. */
    public static Logger logger(String name) {
        while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) Thread.onSpinWait();
        return (Logger) LoggerFactory.getLogger(name);
    }

    /** Other tests run beside this one. */
    private static final class OfThisThread extends ListAppender<ILoggingEvent> {
        private final Thread here = Thread.currentThread();

        @Override
        protected void append(ILoggingEvent line) {
            if (Thread.currentThread() == here || LISTENER.get() == this) super.append(line);
        }
    }
}

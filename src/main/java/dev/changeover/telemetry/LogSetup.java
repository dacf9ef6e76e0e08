package dev.changeover.telemetry;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.OptionHelper;
import org.slf4j.Logger;

/**
 * The log of every role: lines on standard error, from {@code CHANGEOVER_LOG_LEVEL} on and in {@code
 * CHANGEOVER_LOG_FORMAT}. Not in a file of logback's, because what reads such a file takes 2 MiB of an agent; where there
 * is one, as in tests, it counts instead.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** An address of a database can have a password in it. */
    public static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{20} - %replace(%msg%n%ex{short}){'(?i)(password=)[^&;\\s]+', '$1***'}%nopex";

    /** Prints a stack trace to every name that cannot be resolved, which whoever asked gets as an answer; held, or it is forgotten. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isInFile()) return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        set(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isInFile() {
        return System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || LogSetup.class.getResource("/" + ClassicConstants.TEST_AUTOCONFIG_FILE) != null
                || LogSetup.class.getResource("/" + ClassicConstants.AUTOCONFIG_FILE) != null;
    }

    static void set(LoggerContext context) {
        GRPC.setLevel(java.util.logging.Level.SEVERE);
        // A poll that ends because the process does is no news.
        context.getLogger("io.temporal.internal.worker.BasePoller").setLevel(Level.ERROR);
        context.getLogger("io.temporal.internal.worker.HeartbeatManager").setLevel(Level.ERROR);
        context.getLogger("io.temporal.serviceclient.WorkflowServiceStubsImpl").setLevel(Level.WARN);
        var lines = new ConsoleAppender<ILoggingEvent>();
        lines.setContext(context);
        lines.setTarget("System.err");
        lines.setEncoder(encoder(context));
        lines.addFilter(new BenignFailures());
        lines.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(setting(context, "CHANGEOVER_LOG_LEVEL"), Level.INFO));
        root.addAppender(lines);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if (setting(context, "CHANGEOVER_LOG_FORMAT").equals("json")) {
            var json = new JsonLines();
            json.setContext(context);
            json.start();
            return json;
        }
        var text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(PATTERN);
        text.start();
        return text;
    }

    private static String setting(LoggerContext context, String name) {
        var set = context.getProperty(name);
        if (set == null) set = OptionHelper.getSystemProperty(name, null);
        if (set == null) set = OptionHelper.getEnv(name);
        return set == null ? "" : set;
    }
}

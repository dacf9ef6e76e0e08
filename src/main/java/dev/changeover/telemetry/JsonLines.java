package dev.changeover.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Lines of the log as JSON objects, for programs: {@code time}, {@code level}, {@code logger}, {@code message}, and where
 * they are known {@code request}, {@code job}, {@code proxy}, {@code node} and {@code error}. Passwords in addresses are
 * masked. What a workflow or an activity logs has its job, proxy and node from the names that Temporal's SDK gives.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    /** The key in SLF4J's context under which a request's id is. */
    public static final String REQUEST = "request";

    private static final String NODE = "node";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern PASSWORD = Pattern.compile("(?i)(password=)[^&;\\s]+");
    private static final Pattern UPGRADE = Pattern.compile("upgrade:(.+):([^:]+)");
    private static final Pattern PROXY = Pattern.compile("inspect:(?!node:)([^:]+).*");
    private static final Pattern QUEUE = Pattern.compile("node:(.+)");

    /** From now on every line of this process has its node. */
    public static void areOf(String nodeId) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) logback.putProperty(NODE, nodeId);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = new LinkedHashMap<String, String>();
        line.put("time", event.getInstant().toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("message", masked(event.getFormattedMessage()));
        var context = event.getMDCPropertyMap();
        put(line, REQUEST, context.get(REQUEST));
        var workflow = context.getOrDefault("WorkflowId", "");
        put(line, "job", group(UPGRADE, workflow, 2));
        put(line, "proxy", group(UPGRADE, workflow, 1));
        put(line, "proxy", group(PROXY, workflow, 1));
        put(line, NODE, event.getLoggerContextVO().getPropertyMap().get(NODE));
        put(line, NODE, group(QUEUE, context.getOrDefault("TaskQueue", ""), 1));
        var failure = event.getThrowableProxy();
        if (failure != null) line.put("error", masked(ThrowableProxyUtil.asString(failure)));
        try {
            return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void put(Map<String, String> line, String key, @Nullable String value) {
        if (value != null) line.put(key, value);
    }

    private static @Nullable String group(Pattern pattern, String text, int group) {
        var found = pattern.matcher(text);
        return found.matches() ? found.group(group) : null;
    }

    private static String masked(String text) {
        return PASSWORD.matcher(text).replaceAll("$1***");
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}

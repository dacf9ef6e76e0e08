package dev.changeover.node.agent;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names one session of a node for good. Written {@code 1-0x55a8a8b64c00.17-10.0.0.9:57176}.
 *
 * @param key the driver's own: HAProxy's pointer, which may come again, and its running number, which does not
 * @param client its address and port
 */
public record SessionId(int generation, String key, String client) {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})-([^-]+)-(.+)");

    public static Optional<SessionId> parse(String written) {
        var matcher = WRITTEN.matcher(written);
        return matcher.matches()
                ? Optional.of(new SessionId(Integer.parseInt(matcher.group(1)), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return generation + "-" + key + "-" + client;
    }
}

package dev.changeover.haproxy.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Takes an answer apart while it comes: the list of ten thousand sessions is never there as a whole. How severe HAProxy
 * holds a message to be is left out. For one thread.
 */
final class AnswerLines {

    /** What a socket with {@code severity-output} puts before what is no listing. */
    private static final Pattern SEVERITY =
            Pattern.compile("^\\[(?:[0-7]|emerg|alert|crit|err|warning|notice|info|debug)]:");

    private final Consumer<String> taken;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(512);
    private boolean isAny;

    /** @param taken gets each line, without its end */
    AnswerLines(Consumer<String> taken) {
        this.taken = taken;
    }

    /** The next bytes of the answer. */
    void add(byte[] bytes, int length) {
        var from = 0;
        for (var at = 0; at < length; at++) {
            if (bytes[at] != '\n') continue;
            begun.write(bytes, from, at - from);
            from = at + 1;
            var line = begun.toString(StandardCharsets.UTF_8);
            taken.accept(line.startsWith("[") ? SEVERITY.matcher(line).replaceFirst("") : line);
            begun.reset();
            isAny = true;
        }
        begun.write(bytes, from, length - from);
    }

    /** Whether the last line that came has ended; a whole answer does. */
    boolean isWhole() {
        return isAny && begun.size() == 0;
    }

    /** Whether this came after the last line, and nothing else. */
    boolean isFollowedBy(String words) {
        return isAny
                && begun.size() == words.length()
                && begun.toString(StandardCharsets.UTF_8).equals(words);
    }
}

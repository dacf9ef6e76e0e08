package dev.changeover.haproxy.runtime;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The details that {@code show sess ID} has of one session and {@code show sess} has not. None of it changes while it
 * lives.
 *
 * @param source the client's address
 * @param number counts the sessions of a worker: unlike the pointer it never comes again; 0 where HAProxy prints none
 * @param from this host's address towards the database, as the database sees it; empty while there is none
 * @param to the database's address; empty while there is none
 */
public record SessionDetails(String source, long number, String from, String to) {

    private static final Pattern SOURCE = Pattern.compile("\\bsource=(\\S+)");
    private static final Pattern NUMBER = Pattern.compile("\\bid=(\\d+) proto=");
    private static final Pattern BACKEND_SIDE = Pattern.compile("(?m)^\\s+backend=\\S+ .*\\baddr=(\\S*:\\d+)\\s*$");
    private static final Pattern SERVER_SIDE = Pattern.compile("(?m)^\\s+server=\\S+ .*\\baddr=(\\S*:\\d+)\\s*$");

    /** Empty when the answer is about no session. */
    static Optional<SessionDetails> parse(String answer) {
        return find(SOURCE, answer)
                .map(source -> new SessionDetails(
                        source,
                        find(NUMBER, answer).map(Long::valueOf).orElse(0L),
                        find(BACKEND_SIDE, answer).orElse(""),
                        find(SERVER_SIDE, answer).orElse("")));
    }

    boolean isSame(SessionDetails other) {
        return source.equals(other.source) && number == other.number;
    }

    private static Optional<String> find(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}

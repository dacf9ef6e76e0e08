package dev.changeover.haproxy.runtime;

import java.time.Duration;
import java.util.function.Consumer;

/** A way to HAProxy's runtime API. Safe for use by many threads. */
public interface RuntimeChannel {

    /**
     * Asks, and waits at most {@link RuntimeSocket#ANSWER_TIMEOUT} for the whole answer.
     *
     * @param line gets each line of it as it comes, without its end; what it got is worth nothing unless the answer is a
     *     {@link Answer.Text}, which holds nothing then
     */
    Answer ask(String command, Consumer<String> line);

    /** The same as one text. */
    default Answer ask(String command) {
        var text = new StringBuilder();
        var answer = ask(command, line -> text.append(line).append('\n'));
        return answer instanceof Answer.Text ? new Answer.Text(text.toString()) : answer;
    }

    /** Where it is, for people. */
    String name();

    /** What stands between two commands of one line. */
    default String separator() {
        return ";";
    }

    /** How long ago the connection was opened by which it asks, at least; nothing where each question opens one. */
    default Duration age() {
        return Duration.ZERO;
    }

    /** @throws UnansweredException when nobody answered; the message says how */
    default String demand(String command) throws UnansweredException {
        return text(ask(command));
    }

    /**
     * Line by line.
     *
     * @throws UnansweredException when nobody answered to the end; what {@code line} got is worth nothing then
     */
    default void demand(String command, Consumer<String> line) throws UnansweredException {
        text(ask(command, line));
    }

    private String text(Answer told) throws UnansweredException {
        return switch (told) {
            case Answer.Text answer -> answer.text();
            case Answer.Refused refused -> throw new UnansweredException("nobody listens on " + name() + " any more");
            case Answer.Missing missing -> throw new UnansweredException(name() + " is not there");
            case Answer.Silence silence -> throw new UnansweredException(silence.why());
        };
    }
}

package dev.changeover.haproxy.runtime;

/** A way to HAProxy's runtime API. Safe for use by many threads. */
public interface RuntimeChannel {

    /** Asks, and waits at most {@link RuntimeSocket#ANSWER_TIMEOUT} for the whole answer. */
    Answer ask(String command);

    /** Where it is, for people. */
    String name();

    /** @throws UnansweredException when nobody answered; the message says how */
    default String demand(String command) throws UnansweredException {
        return switch (ask(command)) {
            case Answer.Text answer -> answer.text();
            case Answer.Refused refused -> throw new UnansweredException("nobody listens on " + name() + " any more");
            case Answer.Missing missing -> throw new UnansweredException(name() + " is not there");
            case Answer.Silence silence -> throw new UnansweredException(silence.why());
        };
    }
}

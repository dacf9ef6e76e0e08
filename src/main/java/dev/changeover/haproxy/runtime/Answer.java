package dev.changeover.haproxy.runtime;

/**
 * The answer of a runtime socket. Only {@link Refused} and {@link Missing} say that nobody is there;
 * {@link Silence} says nothing at all about the process, and must never be read as its end.
 */
public sealed interface Answer {

    /** The process answered; the text may itself be a complaint of HAProxy's. */
    record Text(String text) implements Answer {}

    /** The socket file is there and nobody listens on it: the process has ended. */
    record Refused() implements Answer {}

    /** There is no such socket file. */
    record Missing() implements Answer {}

    /** No complete answer before the deadline, or the connection broke: the process may well be alive. */
    record Silence(String why) implements Answer {}
}

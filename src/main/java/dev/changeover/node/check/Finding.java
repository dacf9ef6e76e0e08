package dev.changeover.node.check;

/**
 * What a check found on this host.
 *
 * @param check which one looked, such as {@code addresses}
 * @param subject what it is about, such as a file, an address or a unit
 * @param message what was found, for people
 * @param advice what to do; empty where nothing needs doing
 */
public record Finding(Level level, String check, String subject, String message, String advice) {

    /** The worst first. */
    public enum Level {
        /** Something will fail because of it. */
        PROBLEM,
        /** Works, with a loss or a risk; or nobody could tell. */
        WARNING,
        OK
    }

    /** On one line, as it is printed. */
    public String sentence() {
        var text = advice.isEmpty() ? message : message.replaceFirst("\\.$", "") + "; " + advice;
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}

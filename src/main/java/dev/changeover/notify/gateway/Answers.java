package dev.changeover.notify.gateway;

/** What others answer, as people may read it. */
final class Answers {
    private static final int LONGEST = 200;

    private Answers() {}

    /** One line of at most 200 characters. */
    static String shortened(String body) {
        var line = body.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}

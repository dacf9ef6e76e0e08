package dev.changeover.cli;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text as one word of a command line that a person copies into a shell. */
final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");

    private ShellWord() {}

    static String of(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** An option with its value after a space, or nothing where it has none. */
    static String option(String name, @Nullable String value) {
        return value == null ? "" : " " + name + " " + of(value);
    }
}

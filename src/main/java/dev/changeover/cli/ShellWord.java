package dev.changeover.cli;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** A word of a command line: as a person copies it into a shell, and as it came from there. */
final class ShellWord {
    /** What decoding makes of bytes that are no character. */
    private static final String LOST = "\ufffd";

    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");

    private ShellWord() {}

    static String of(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** An option with its value after a space, or nothing where it has none. */
    static String option(String name, @Nullable String value) {
        return value == null ? "" : " " + name + " " + of(value);
    }

    /** @throws ParameterException a word is empty, or not {@link #whole} */
    static void check(CommandSpec command) {
        var typed = command.commandLine().getParseResult();
        typed.originalArgs().forEach(word -> whole(command, "'%s'".formatted(word), word));
        for (var given : typed.matchedArgs()) {
            if (given.stringValues().contains("")) {
                throw wrong(command, "%s: it is empty; is a variable not set?".formatted(name(given)));
            }
        }
    }

    /**
     * The same text.
     *
     * @param what it is, for people
     * @throws ParameterException characters of it were lost before it came here: nobody could type it a second time
     */
    static String whole(CommandSpec command, String what, String text) {
        if (text.contains(LOST)) {
            throw wrong(
                    command,
                    "%s has characters that this terminal's locale does not know; where the terminal sends UTF-8, set LC_ALL=C.UTF-8"
                            .formatted(what.replace(LOST, "?")));
        }
        return text;
    }

    private static String name(ArgSpec given) {
        return given instanceof OptionSpec option ? option.longestName() : given.paramLabel();
    }

    private static ParameterException wrong(CommandSpec command, String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }
}

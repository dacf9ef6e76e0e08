package dev.changeover;

import picocli.CommandLine;

/** The product's command line, for tests of other packages that read commands without running them. */
public final class ProductCommandLine {
    private ProductCommandLine() {}

    /** @throws CommandLine.ParameterException when the words are no command, or not all that it needs */
    public static void parse(String... words) {
        Application.commandLine().parseArgs(words);
    }
}

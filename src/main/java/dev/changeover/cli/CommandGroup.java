package dev.changeover.cli;

import picocli.CommandLine.Option;

/** The first of two words; does nothing itself. */
abstract class CommandGroup {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "shows this help")
    private boolean help;
}

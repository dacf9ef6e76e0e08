package dev.changeover.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The one place where failures become a line on stderr and an exit code; those of other commands go on as they did. */
record Failures(IExecutionExceptionHandler others) implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        return switch (failure) {
            case ApiError error -> say(command, error.line(), error.exit());
            case Unreachable silence -> say(command, silence.line(), Exit.UNREACHABLE);
            default -> others.handleExecutionException(failure, command, parsed);
        };
    }

    private static int say(CommandLine command, String line, int exit) {
        command.getErr().println(line);
        command.getErr().flush();
        return exit;
    }
}

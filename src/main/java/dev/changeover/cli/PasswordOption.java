package dev.changeover.cli;

import picocli.CommandLine.Option;

/** How a command gets a password; never as a word of the command line, which every user of the host can see. */
final class PasswordOption {
    @Option(
            names = "--password-stdin",
            description = "reads the password from a line of standard input, instead of asking for it")
    private boolean fromInput;

    boolean fromInput() {
        return fromInput;
    }

    /** One that there is already. */
    String known(RemoteCommand command, String question) {
        var given = fromInput ? command.keyboard().line() : command.keyboard().secret(question);
        return command.whole(
                "the password", given.filter(text -> !text.isEmpty()).orElseThrow(() -> missing(command)));
    }

    /** One that is to be, asked for twice: nobody sees what is typed. */
    String fresh(RemoteCommand command, String question) {
        var first = known(command, question);
        if (!fromInput
                && !command.keyboard()
                        .secret("The same again: ")
                        .filter(first::equals)
                        .isPresent()) {
            throw command.wrongUse("the two are not the same");
        }
        return first;
    }

    private RuntimeException missing(RemoteCommand command) {
        return command.wrongUse(
                fromInput
                        ? "--password-stdin: standard input has no password"
                        : "there is no terminal to ask for a password; give it with --password-stdin");
    }
}

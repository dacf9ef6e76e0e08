package dev.changeover;

import dev.changeover.host.DataDirectory;
import dev.changeover.server.TemporalMove;
import dev.changeover.temporal.devserver.TemporalProgram;
import dev.changeover.temporal.devserver.TemporalProgram.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks after the program that the dev-server mode runs. */
@Command(
        name = "temporal",
        mixinStandardHelpOptions = true,
        description = "Looks after the program temporal, which the server can run as its Temporal.")
final class TemporalCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            description = "Lets the database's tasks belong to the Temporal that the server meets next.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Stop all servers first. Upgrades that run in the old Temporal are lost: see changeover repair."
            })
    int move(
            @Option(names = "--confirm", description = "Do it; without it the command only says what would be lost.")
                    boolean confirmed) {
        DataDirectory.make(DataDirectory.ofThisUser());
        return TemporalMove.of(confirmed, spec.commandLine().getOut());
    }

    @Command(
            description = "Fetches the program into this user's cache, if it is not there yet.",
            mixinStandardHelpOptions = true)
    int install() throws InterruptedException {
        return switch (TemporalProgram.ofThisMachine().install()) {
            case Installation.Installed there -> {
                spec.commandLine().getOut().println("temporal is ready: " + there.path());
                yield 0;
            }
            case Installation.Missing missing -> {
                spec.commandLine().getErr().println(missing.reason());
                yield 1;
            }
        };
    }
}

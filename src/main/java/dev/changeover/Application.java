package dev.changeover;

import dev.changeover.cli.Commands;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one entry point: three roles a process can take, and the command line of the REST interface. */
@Command(
        name = "changeover",
        mixinStandardHelpOptions = true,
        versionProvider = Application.Version.class,
        description = "Upgrades the proxy in front of a MySQL database without failing a single connection.",
        subcommands = {ServerCommand.class, AgentCommand.class, DemoCommand.class, TemporalCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class Application {
    private Application() {}

    /** Ends the process with the command's exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return Commands.addTo(new CommandLine(new Application()));
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Application.class.getPackage().getImplementationVersion();
            return new String[] {"changeover " + (version == null ? "(from classes)" : version)};
        }
    }
}

package dev.changeover.cli;

import dev.changeover.terminal.Paint;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;

/** The list of all commands that ask a server. */
public final class Commands {
    /** Commands to a running upgrade. */
    private static final SortedMap<String, String> ORDERS = new TreeMap<>(Map.of(
            "pause", "Pauses a running upgrade between nodes, and the closing of old sessions.",
            "resume", "Lets a paused upgrade go on.",
            "stop", "Touches no further node; what was upgraded stays so.",
            "start-now",
                    "Lets a scheduled upgrade begin, or go on, without its window; old sessions still wait for it.",
            "cancel", "Ends a scheduled upgrade before its first handover; nothing was changed."));

    /** Commands to one node of it. */
    private static final SortedMap<String, String> NODE_ORDERS = new TreeMap<>(Map.of(
            "retry", "Tries the failed step of a held node again.",
            "skip", "Gives a held node up and goes on; the upgrade ends as Failed, with what every node runs."));

    private Commands() {}

    /**
     * Adds them to a program's commands, with {@code --server} before them, and turns their failures into a line on
     * stderr and an exit code: 0 done, 1 failed or held, 2 wrong use, 3 refused by a precheck, 4 not reachable.
     * Failures of other commands go on to the handler that was set before.
     *
     * @return the same command line
     */
    public static CommandLine addTo(CommandLine root) {
        return addTo(root, UserFiles.ofThisUser(), Keyboard.ofThisProcess());
    }

    static CommandLine addTo(CommandLine root, UserFiles files, Keyboard keyboard) {
        root.getCommandSpec()
                .addOption(OptionSpec.builder(RemoteCommand.SERVER)
                        .type(String.class)
                        .paramLabel("URL")
                        .description("the server that the commands below ask")
                        .build());
        root.addSubcommand(new CommandLine(new FleetCommand()).addSubcommand(new FleetCommand.Import()))
                .addSubcommand(new CommandLine(new KernelCommand())
                        .addSubcommand(new KernelCommand.Import())
                        .addSubcommand(new KernelCommand.Versions())
                        .addSubcommand(new KernelCommand.Set())
                        .addSubcommand(new KernelCommand.Proxies()))
                .addSubcommand(new InstancesCommand())
                .addSubcommand(new ProxiesCommand())
                .addSubcommand(new VersionCommand())
                .addSubcommand(new WindowCommand())
                .addSubcommand(new PlanCommand())
                .addSubcommand(new UpgradeCommand())
                .addSubcommand(new TasksCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new HoldersCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new SessionCommands.Login())
                .addSubcommand(new SessionCommands.Logout())
                .addSubcommand(new SessionCommands.WhoAmI())
                .addSubcommand(new CommandLine(new UserCommand())
                        .addSubcommand(new UserCommand.Add())
                        .addSubcommand(new UserCommand.Listing())
                        .addSubcommand(new UserCommand.Change())
                        .addSubcommand(new UserCommand.Password())
                        .addSubcommand(new UserCommand.Remove()))
                .addSubcommand(new CommandLine(new KeyCommand())
                        .addSubcommand(new KeyCommand.Add())
                        .addSubcommand(new KeyCommand.Listing())
                        .addSubcommand(new KeyCommand.Remove()))
                .addSubcommand(new AuditCommand());
        ORDERS.forEach((word, meaning) -> root.addSubcommand(word, order(new OrderCommand(), meaning)));
        NODE_ORDERS.forEach((word, meaning) -> root.addSubcommand(word, order(new OrderCommand.OnNode(), meaning)));
        root.addSubcommand(new OrderCommand.Reschedule()).addSubcommand(new CloseRemainingCommand());
        root.getSubcommands().values().forEach(command -> dress(command, files, keyboard));
        root.setExecutionExceptionHandler(oneLine(root.getExecutionExceptionHandler()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(
                Paint.of(System::getenv).on() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        return root;
    }

    /**
     * The one place where failures become a line on stderr and an exit code; those of other commands go on as they did.
     */
    private static IExecutionExceptionHandler oneLine(IExecutionExceptionHandler others) {
        return (exception, command, parsed) -> {
            if (exception instanceof Failure failure) {
                command.getErr().println(failure.line());
                command.getErr().flush();
                return failure.exit();
            }
            return others.handleExecutionException(exception, command, parsed);
        };
    }

    private static CommandLine order(OrderCommand order, String meaning) {
        var command = new CommandLine(order);
        command.getCommandSpec().usageMessage().description(meaning);
        return command;
    }

    /** Settings of all our commands; those that were there before stay as they are. */
    private static void dress(CommandLine command, UserFiles files, Keyboard keyboard) {
        if (command.getCommand() instanceof RemoteCommand remote) {
            remote.use(files, keyboard);
            command.setCaseInsensitiveEnumValuesAllowed(true);
            command.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading("%nExit codes:%n")
                    .exitCodeList(Exit.described());
        }
        command.getSubcommands().values().forEach(sub -> dress(sub, files, keyboard));
    }
}

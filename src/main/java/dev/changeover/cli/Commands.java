package dev.changeover.cli;

import dev.changeover.client.Exit;
import dev.changeover.client.Failure;
import dev.changeover.client.UserFiles;
import dev.changeover.terminal.Paint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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

    /** Commands to a campaign. */
    private static final SortedMap<String, String> CAMPAIGN_ORDERS = new TreeMap<>(Map.of(
            "start", "Starts a planned campaign: owners are told, and the first wave gets its tasks.",
            "approve", "Lets the next wave begin.",
            "pause", "Lets no further upgrade of the campaign begin; those that run go on.",
            "resume", "Lets a paused campaign go on.",
            "halt", "Ends a campaign; what has not begun is cancelled, and what runs goes on."));

    private static final String VERSION = "--version";

    private Commands() {}

    /**
     * Adds them to a program's commands, with {@code --server} before them, and turns their failures into a line on
     * stderr and an exit code, one of {@link Exit}; wrong use of any command is one line with a hint.
     * Failures of other commands go on to the handler that was set before.
     *
     * @param others commands of the program, which come first
     * @param words where the first of them calls a command only that one is added: making all of them takes longer than
     *     what most of them do
     * @return the same command line
     */
    public static CommandLine addTo(CommandLine root, Map<String, Supplier<CommandLine>> others, String... words) {
        return addTo(root, UserFiles.ofThisUser(), Keyboard.ofThisProcess(), others, words);
    }

    static CommandLine addTo(
            CommandLine root,
            UserFiles files,
            Keyboard keyboard,
            Map<String, Supplier<CommandLine>> others,
            String... words) {
        root.getCommandSpec()
                .addOption(OptionSpec.builder(RemoteCommand.SERVER)
                        .type(String.class)
                        .paramLabel("URL")
                        .description("the server that the commands below ask")
                        .build());
        var all = new LinkedHashMap<>(others);
        all.putAll(ours());
        var called = called(words);
        var wanted = all.containsKey(called) ? Set.of(called) : all.keySet();
        if (called.equals(VERSION)) wanted = Set.of();
        wanted.forEach(name -> {
            var command = Objects.requireNonNull(all.get(name)).get();
            dress(command, files, keyboard);
            root.addSubcommand(name, command);
        });
        root.setExecutionExceptionHandler(oneLine(root.getExecutionExceptionHandler()));
        root.setParameterExceptionHandler((wrong, typed) -> wrongUse(wrong));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(
                Paint.of(System::getenv).on() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        return root;
    }

    /** The first word; {@code --server URL} may stand before it. */
    private static String called(String... words) {
        int first = 0;
        while (first < words.length && words[first].startsWith(RemoteCommand.SERVER)) {
            first += words[first].equals(RemoteCommand.SERVER) ? 2 : 1;
        }
        return first < words.length ? words[first] : "";
    }

    private static Map<String, Supplier<CommandLine>> ours() {
        var ours = new LinkedHashMap<String, Supplier<CommandLine>>();
        ours.put(
                "fleet",
                () -> new CommandLine(new FleetCommand())
                        .addSubcommand(new FleetCommand.Import())
                        .addSubcommand(new FleetCommand.Export())
                        .addSubcommand(new FleetCommand.Remove()));
        ours.put(
                "node",
                () -> new CommandLine(new NodeCommand())
                        .addSubcommand(new NodeCommand.Enroll())
                        .addSubcommand(new NodeCommand.Keys())
                        .addSubcommand(new NodeCommand.ChangeKey()));
        ours.put(
                "kernel",
                () -> new CommandLine(new KernelCommand())
                        .addSubcommand(new KernelCommand.Import())
                        .addSubcommand(new KernelCommand.Versions())
                        .addSubcommand(new KernelCommand.Set())
                        .addSubcommand(new KernelCommand.Proxies()));
        ours.put("campaign", Commands::campaign);
        ours.put(
                "event",
                () -> new CommandLine(new EventCommand())
                        .addSubcommand(new EventCommand.Listing())
                        .addSubcommand(new EventCommand.Now())
                        .addSubcommand(new EventCommand.Move())
                        .addSubcommand(new EventCommand.Cancel())
                        .addSubcommand(new EventCommand.RingOf()));
        ours.put("instances", () -> new CommandLine(new InstancesCommand()));
        ours.put("proxies", () -> new CommandLine(new ProxiesCommand()));
        ours.put("nodes", () -> new CommandLine(new NodesCommand()));
        ours.put("status", () -> new CommandLine(new StatusCommand()));
        ours.put("version", () -> new CommandLine(new VersionCommand()));
        ours.put("window", () -> new CommandLine(new WindowCommand()));
        ours.put("plan", () -> new CommandLine(new PlanCommand()));
        ours.put("upgrade", () -> new CommandLine(new UpgradeCommand()));
        ours.put("tasks", () -> new CommandLine(new TasksCommand()));
        ours.put("watch", () -> new CommandLine(new WatchCommand()));
        ours.put("held", () -> new CommandLine(new HeldCommand()));
        ours.put("repair", () -> new CommandLine(new RepairCommand()));
        ours.put("holders", () -> new CommandLine(new HoldersCommand()));
        ours.put("report", () -> new CommandLine(new ReportCommand()));
        ours.put("login", () -> new CommandLine(new SessionCommands.Login()));
        ours.put("logout", () -> new CommandLine(new SessionCommands.Logout()));
        ours.put("whoami", () -> new CommandLine(new SessionCommands.WhoAmI()));
        ours.put(
                "user",
                () -> new CommandLine(new UserCommand())
                        .addSubcommand(new UserCommand.Add())
                        .addSubcommand(new UserCommand.Listing())
                        .addSubcommand(new UserCommand.Change())
                        .addSubcommand(new UserCommand.Password())
                        .addSubcommand(new UserCommand.Remove()));
        ours.put(
                "key",
                () -> new CommandLine(new KeyCommand())
                        .addSubcommand(new KeyCommand.Add())
                        .addSubcommand(new KeyCommand.Listing())
                        .addSubcommand(new KeyCommand.Remove()));
        ours.put(
                "contact",
                () -> new CommandLine(new ContactCommand())
                        .addSubcommand(new ContactCommand.Listing())
                        .addSubcommand(new ContactCommand.Add())
                        .addSubcommand(new ContactCommand.Remove())
                        .addSubcommand(new ContactCommand.Try())
                        .addSubcommand(new ContactCommand.Told()));
        ours.put("audit", () -> new CommandLine(new AuditCommand()));
        ORDERS.forEach((word, meaning) -> ours.put(word, () -> order(new OrderCommand(), meaning)));
        NODE_ORDERS.forEach((word, meaning) -> ours.put(word, () -> order(new OrderCommand.OnNode(), meaning)));
        ours.put("reschedule", () -> new CommandLine(new OrderCommand.Reschedule()));
        ours.put("close-remaining", () -> new CommandLine(new CloseRemainingCommand()));
        return ours;
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

    /** One line that says what is wrong, and one that says where to read on. */
    private static int wrongUse(ParameterException wrong) {
        var command = wrong.getCommandLine();
        var sentence = String.valueOf(wrong.getMessage())
                .replaceAll("^Error:|\\s*\\R\\s*", " ")
                .strip();
        var meant = wrong instanceof UnmatchedArgumentException unmatched
                ? String.join(" or ", unmatched.getSuggestions())
                : "";
        command.getErr().println(meant.isEmpty() ? sentence : sentence + "; did you mean " + meant + "?");
        // Whoever types a command that is nothing but its subcommands wants to see them.
        if (wrong.getClass() == ParameterException.class
                && !command.getSubcommands().isEmpty()) {
            command.usage(command.getErr());
            return Exit.WRONG_USE;
        }
        command.getErr()
                .println("for its usage: "
                        + ProgramName.name(command.getCommandSpec().root().name())
                        + command.getCommandSpec()
                                .qualifiedName(" ")
                                .substring(
                                        command.getCommandSpec().root().name().length())
                        + " --help");
        command.getErr().flush();
        return Exit.WRONG_USE;
    }

    private static CommandLine campaign() {
        var group = new CommandLine(new CampaignCommand())
                .addSubcommand(new CampaignCommand.Plan())
                .addSubcommand(new CampaignCommand.Create())
                .addSubcommand(new CampaignViews.Listing())
                .addSubcommand(new CampaignViews.Show())
                .addSubcommand(new CampaignViews.Notices())
                .addSubcommand(new CampaignViews.Watch());
        CAMPAIGN_ORDERS.forEach(
                (word, meaning) -> group.addSubcommand(word, order(new CampaignViews.Order(), meaning)));
        return group;
    }

    private static CommandLine order(RemoteCommand order, String meaning) {
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

package dev.changeover;

import dev.changeover.agent.AgentCommand;
import dev.changeover.cli.Commands;
import dev.changeover.server.FailureSentence;
import dev.changeover.server.ServerCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The one entry point: three roles a process can take, and the command line of the REST interface. */
@Command(
        name = "changeover",
        mixinStandardHelpOptions = true,
        versionProvider = Application.Version.class,
        description = "Upgrades the proxy in front of a MySQL database without failing a single connection.",
        synopsisSubcommandLabel = "COMMAND")
public final class Application {
    /** The exit code that a shell gives a program whose reader has gone: a JVM does not hear of it by the signal. */
    private static final int BY_SIGPIPE = 128 + 13;

    private Application() {}

    /**
     * Ends the process with the command's exit code. A command that was done, and whose answer could not be written, ends
     * with 1; silently, as by SIGPIPE, if nobody reads any more.
     */
    public static void main(String[] args) {
        int exit = commandLine(args).execute(args);
        if (System.out.checkError()) {
            var isRead = !readerHasGone();
            if (exit == 0) exit = isRead ? 1 : BY_SIGPIPE;
            if (isRead) {
                System.err.println("standard output cannot be written: the answer is incomplete");
            }
        }
        System.exit(exit);
    }

    /** A reader that has read enough, such as head, is no failure to be told of. */
    private static boolean readerHasGone() {
        try (var output = new FileOutputStream(FileDescriptor.out)) {
            output.write('\n');
            return false;
        } catch (IOException failed) {
            return String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
        }
    }

    /** @param words that it is going to be given; without any of them it has all commands */
    public static CommandLine commandLine(String... words) {
        var roles = new LinkedHashMap<String, Supplier<CommandLine>>();
        roles.put("server", () -> new CommandLine(new ServerCommand()));
        roles.put("agent", () -> new CommandLine(new AgentCommand()));
        roles.put("demo", () -> new CommandLine(new DemoCommand()));
        roles.put("temporal", () -> new CommandLine(new TemporalCommand()));
        var root = new CommandLine(new Application()).setExecutionExceptionHandler(Application::tell);
        return Commands.addTo(root, roles, words);
    }

    /** A failure is told in one sentence; the stack trace of one that nobody thought of goes to a file. */
    private static int tell(Exception failure, CommandLine command, ParseResult parsed) {
        command.getErr().println(FailureSentence.in(failure).orElseGet(() -> unexpected(failure)));
        command.getErr().flush();
        return 1;
    }

    private static String unexpected(Exception failure) {
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        try {
            var details = Files.writeString(Files.createTempFile("changeover-failure-", ".txt"), trace.toString());
            return "this should not have happened: %s. Please report it with %s".formatted(firstLine(failure), details);
        } catch (IOException full) {
            return "this should not have happened: %s".formatted(firstLine(failure));
        }
    }

    private static String firstLine(Exception failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Application.class.getPackage().getImplementationVersion();
            return new String[] {"changeover " + (version == null ? "(from classes)" : version)};
        }
    }
}

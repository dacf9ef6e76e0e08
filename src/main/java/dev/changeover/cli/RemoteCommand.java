package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks a server and prints the answer. */
abstract class RemoteCommand implements Callable<Integer> {
    static final String SERVER = "--server";
    static final String TOKEN = "--token";

    /** How the answer is printed. */
    enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = SERVER,
            paramLabel = "URL",
            description =
                    "the server (default: CHANGEOVER_SERVER, else changeover.toml in your configuration directory,"
                            + " else the server of this host)")
    private @Nullable String server;

    @Option(
            names = TOKEN,
            paramLabel = "TOKEN",
            description =
                    "says who you are (default: CHANGEOVER_TOKEN, else changeover.toml; until there is an operator,"
                            + " what the server of this host left in its data directory)")
    private @Nullable String token;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table or json (default: table)")
    private Format format = Format.TABLE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "shows this help")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Asks and prints; the answer is the exit code. */
    abstract int run(Server server);

    /** Overridden only where a command may need no server at all. */
    @Override
    public Integer call() {
        try {
            var known = ServerAddress.ofThisUser();
            var address = known.find(told(SERVER, server));
            try (var there = new Server(address, known.token(address, told(TOKEN, token)))) {
                return run(there);
            }
        } catch (ServerAddress.Wrong wrong) {
            throw wrongUse(String.valueOf(wrong.getMessage()));
        }
    }

    final void print(JsonNode answer, Supplier<String> table) {
        out().println(json() ? Json.pretty(answer) : table.get());
        out().flush();
    }

    final boolean json() {
        return format == Format.JSON;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final Paint paint() {
        return Paint.of(System::getenv);
    }

    final ParameterException wrongUse(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** The name the command was called by. */
    final String word() {
        return spec.name();
    }

    /** Another command on the same server, as one would type it. */
    final String invocation(String words) {
        var said = told(SERVER, server);
        return Program.name(spec.root().name()) + " " + words + (said == null ? "" : " " + SERVER + " " + said);
    }

    /** It may stand before the command, too. */
    private @Nullable String told(String name, @Nullable String said) {
        if (said != null) {
            return said;
        }
        var option = spec.root().findOption(name);
        return option == null ? null : option.getValue();
    }
}

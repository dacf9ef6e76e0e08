package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Authority;
import dev.changeover.client.Credentials;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import dev.changeover.client.ServerAddress;
import dev.changeover.client.UserFiles;
import dev.changeover.terminal.Paint;
import dev.changeover.terminal.Table;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks a server and prints the answer. */
abstract class RemoteCommand implements Callable<Integer> {
    static final String SERVER = "--server";
    static final String TOKEN = "--token";
    private static final String AUTHORITY = "--ca";

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
                    "says who you are (default: CHANGEOVER_TOKEN, else your log-in there, else changeover.toml; until there"
                            + " is an operator, what the server of this host left for the first)")
    private @Nullable String token;

    @Option(
            names = AUTHORITY,
            paramLabel = "FILE",
            description = "in PEM who vouches for the server's certificate (default: CHANGEOVER_CA, else ca in"
                    + " changeover.toml, else whom Java knows)")
    private @Nullable String authority;

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

    private UserFiles files = UserFiles.ofThisUser();
    private Keyboard keyboard = Keyboard.ofThisProcess();

    /** Asks and prints; the answer is the exit code. */
    abstract int run(RestClient server);

    /** Overridden only where a command may need no server at all. */
    @Override
    public Integer call() {
        ShellWord.check(spec);
        try {
            var address = new ServerAddress(files()).find(told(SERVER, server));
            var sent = credentials(address);
            var trust = Authority.find(files(), told(AUTHORITY, authority));
            try (var there = new RestClient(address, sent.map(Credentials.Found::token), trust)) {
                return run(there);
            } catch (ApiError refused) {
                if (refused.unauthenticated()) {
                    say(refused.line(), advice(address, sent));
                    return refused.exit();
                }
                throw refused;
            }
        } catch (UserFiles.Wrong wrong) {
            throw wrongUse(String.valueOf(wrong.getMessage()));
        }
    }

    /** The caller's credentials; overridden by the commands that are about them. */
    Optional<Credentials.Found> credentials(URI address) {
        return new Credentials(files()).find(address, told(TOKEN, token));
    }

    /** How to go on where the server does not know who asks. */
    String advice(URI address, Optional<Credentials.Found> sent) {
        var how = "log in with '%s'".formatted(invocation("login NAME"));
        return sent.map(found -> "%s is not good there, or not any more: %s".formatted(found.from(), how))
                .orElseGet(() -> "nothing here says who you are to %s: %s, or give --token or CHANGEOVER_TOKEN"
                        .formatted(address, how));
    }

    final void say(String... lines) {
        Stream.of(lines).filter(line -> !line.isEmpty()).forEach(err()::println);
        err().flush();
    }

    /** Set for all commands of a command line, before any is called. */
    final void use(UserFiles filesOfTheUser, Keyboard keyboardOfTheUser) {
        files = filesOfTheUser;
        keyboard = keyboardOfTheUser;
    }

    final UserFiles files() {
        return files;
    }

    final Keyboard keyboard() {
        return keyboard;
    }

    final void print(JsonNode answer, Supplier<String> table) {
        out().println(json() ? Json.pretty(answer) : table.get());
        out().flush();
    }

    /** How it stands after something was done, which stays done though the server does not say this any more. */
    final Optional<JsonNode> afterwards(RestClient server, String path) {
        try {
            return Optional.of(server.get(path));
        } catch (Failure silence) {
            say("that was done, but the server does not say how it stands now: " + silence.line());
            return Optional.empty();
        }
    }

    /** Prints the answer of what was done; its exit code. */
    final int done(JsonNode answer, Supplier<String> words) {
        print(answer, words);
        return Exit.DONE;
    }

    /** The same of an answer that has a list. */
    final int done(JsonNode answer, String list, TableView view) {
        return done(answer, () -> view.table(Json.list(answer, list)).text(paint()));
    }

    /** @param toBegin says what to do first where the list is empty */
    final int done(JsonNode answer, String list, TableView view, String toBegin) {
        return done(
                answer, () -> view.table(Json.list(answer, list)).first(toBegin).text(paint()));
    }

    /** Says how to see what a list has after the part that was shown, which ends at an offset. */
    final void more(int left, int offset) {
        if (left > 0) say("and %d more: --offset %d".formatted(left, offset));
    }

    /**
     * Prints a list whose parts come one after the other.
     *
     * @param field of the list in JSON
     */
    final ListPrinter printer(String field, TableView view) {
        return printer(Json.object(), field, view, view.table());
    }

    /** @param toBegin says what to do first where the list is empty */
    final ListPrinter printer(String field, TableView view, String toBegin) {
        return printer(Json.object(), field, view, view.table().first(toBegin));
    }

    /** @param first what stands before the list in JSON; before a table the caller has printed it */
    final ListPrinter printer(ObjectNode first, String field, TableView view, Table table) {
        return json()
                ? new ListPrinter.AsJson(out(), first, field)
                : new ListPrinter.AsTable(out(), paint(), table, view);
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

    /** The same text; wrong use if characters of it were lost. */
    final String whole(String what, String text) {
        return ShellWord.whole(spec, what, text);
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
        return ProgramName.name(spec.root().name()) + " " + words + ShellWord.option(SERVER, told(SERVER, server))
                + ShellWord.option(AUTHORITY, told(AUTHORITY, authority));
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

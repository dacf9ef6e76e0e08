package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.client.Exit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {

    static Stream<CommandLine> every_command() {
        return below(Typed.root());
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return command.getSubcommands().values().stream().flatMap(sub -> Stream.concat(Stream.of(sub), below(sub)));
    }

    private static List<String> words(CommandLine command) {
        return List.of(command.getCommandSpec().qualifiedName(" ").split(" "));
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void every_command_has_help(CommandLine command) {
        var words = words(command);

        var typed = Typed.run(
                Stream.concat(words.stream().skip(1), Stream.of("--help")).toList());

        assertThat(typed.exit()).isZero();
        assertThat(typed.out()).startsWith("Usage: " + String.join(" ", words));
        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void every_option_and_every_parameter_is_described(CommandLine command) {
        var spec = command.getCommandSpec();

        assertThat(spec.options())
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        assertThat(spec.positionalParameters())
                .allSatisfy(parameter -> assertThat(parameter.description()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void every_command_that_asks_a_server_can_answer_in_json_and_names_its_exit_codes(CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            assertThat(command.getCommandSpec().findOption("-o")).isNotNull();
            assertThat(command.getUsageMessage()).contains("3   refused by a precheck", "4   the server");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fleet import",
                "fleet import /no/such/file.yaml --server http://127.0.0.1:1",
                "fleet remove --proxy x-1 --yes",
                "fleet remove --proxy x-1 --instance i-1 --reason because --yes",
                "fleet remove --reason because --yes",
                "version",
                "version x-1 x-2",
                "upgrade",
                "upgrade x-1 --until tomorrow",
                "watch",
                "pause job",
                "pause --reason because",
                "pause job --reason because --node n-1",
                "start-now job",
                "cancel job",
                "reschedule job",
                "reschedule job --reason because --zone UTC",
                "reschedule job --reason because --at tonight",
                "reschedule job --reason because --at 2026-07-16T02:30 --zone Mars",
                "close-remaining job",
                "close-remaining job --reason because --session s-1",
                "close-remaining job --reason because --count 0",
                "close-remaining job --reason because --count all",
                "holders",
                "proxies -o xml",
                "tasks --limit many",
                "tasks --offset -1 --server http://127.0.0.1:1",
                "tasks --kind weekly",
                "tasks --since yesterday --server http://127.0.0.1:1",
                "tasks --until 2026-02-30T00:00:00+0000 --project p-1 --server http://127.0.0.1:1",
                "audit --since 2026-07-15T07:46:10 --server http://127.0.0.1:1",
                "contact list",
                "tasks --status done",
                "tasks --limit 0 --server http://127.0.0.1:1",
                "proxies --server ftp://127.0.0.1",
                "proxies --server nowhere",
                "window",
                "window --window 02:00-06:00 --instance i-1",
                "window --instance i-1 --zone UTC",
                "window --set 02:00-06:00",
                "window --window 02:30-06:00",
                "window --window 02:00-07:00",
                "window --window 02:00",
                "window --window 02:00-06:00 --zone Mars/Olympus",
                "window --window 02:00-06:00 --from tomorrow",
                "window --window 02:00-06:00 --from +1000000000-12-31T23:59:59Z",
                "window --window 02:00-06:00 --count 0",
                "window --window 02:00-06:00 --count 367",
                "window --window 02:00-06:00 --count many"
            })
    void wrong_use_is_2_with_a_sentence_and_a_hint(String words) {
        var typed = Typed.run(words.split(" "));

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).doesNotStartWith("Error");
        assertThat(typed.err().lines())
                .hasSize(2)
                .last()
                .asString()
                .matches("for its usage: changeover( [a-z-]+)+ --help");
        assertThat(typed.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY: plan |",
                "JOB: report |",
                "--project: proxies --project |",
                "--instance: contact list --instance |",
                "--reason: pause job --reason |",
                "--delete: tasks --delete |",
                "--token: status --token |",
                "NAME: contact add | --instance i-1",
            })
    void an_empty_word_is_wrong_use_and_asks_nobody(String named) {
        var words = named.split(": ", 2);

        var typed = Typed.run(Stream.of((words[1] + " --server http://127.0.0.1:1").split(" "))
                .map(word -> word.equals("|") ? "" : word)
                .toList());

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).startsWith(words[0] + ": it is empty");
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void a_command_that_has_only_subcommands_shows_them_and_is_2_without_one(CommandLine command) {
        if (command.getSubcommands().isEmpty()) return;

        var typed = Typed.run(words(command).stream().skip(1).toList());

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err())
                .startsWith("Missing required subcommand")
                .contains("Usage: " + String.join(" ", words(command)))
                .contains(command.getSubcommands().keySet());
    }

    @Test
    void a_word_that_is_no_command_is_2_with_those_it_might_have_been() {
        var typed = Typed.run("upgarde", "x-1");

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).hasLineCount(2).contains("'upgarde'", "; did you mean upgrade", "changeover --help");
    }

    @Test
    void failures_of_other_commands_go_on_to_the_handler_that_was_there() {
        var root = new CommandLine(new Typed.Root());
        root.setExecutionExceptionHandler((failure, command, parsed) -> 77);
        root.addSubcommand("other", new Failing());

        assertThat(Commands.addTo(root, Map.of()).execute("other")).isEqualTo(77);
    }

    @CommandLine.Command
    static final class Failing implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("not one of ours");
        }
    }
}

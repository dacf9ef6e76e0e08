package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.ProductCommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

class CommandsTest {
    private static final Pattern CALL =
            Pattern.compile("(?m)(?:^|\\| )\\s*(?:ExecStart=/usr/bin/)?changeover ([a-z][^&|\\n]*)");

    @ParameterizedTest
    @MethodSource("files")
    void a_file_calls_only_commands_that_there_are(Path file) throws IOException {
        var calls = CALL.matcher(Files.readString(file))
                .results()
                .map(CommandsTest::words)
                .toList();

        assertThat(calls).isNotEmpty().allSatisfy(ProductCommandLine::parse);
    }

    @Test
    void the_server_image_runs_a_command_that_there_is() throws IOException {
        assertThat(Image.words("ENTRYPOINT", "server")).containsExactly("changeover");
        ProductCommandLine.parse(Image.words("CMD", "server").toArray(String[]::new));
    }

    @Test
    void a_slip_in_a_call_is_noticed() {
        assertThatThrownBy(() -> ProductCommandLine.parse("agent", "--cnfig", "agent.toml"))
                .isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> ProductCommandLine.parse("fleet", "imprt", "fleet.yaml"))
                .isInstanceOf(ParameterException.class);
    }

    @Test
    void the_launcher_starts_the_program_and_passes_its_exit_code_on(@TempDir Path root) throws Exception {
        var image = Image.of("server", root, Map.of());

        assertThat(image.run("changeover", "--version").output()).startsWith("changeover ");
        assertThat(image.run("changeover", "agent", "--cnfig").exitCode()).isEqualTo(2);
        assertThat(image.run("changeover", "server", "--help").errors()).isEmpty();
    }

    /** A shell's variable may be anything; here it is a word. */
    private static String[] words(MatchResult call) {
        return call.group(1).replace("\"$1\"", "http://127.0.0.1:8080").strip().split(" +");
    }

    static List<Path> files() {
        return Stream.of(
                        "docker/changeover-node",
                        "docker/changeover-fleet",
                        "dist/changeover-server.service",
                        "dist/changeover-agent.service")
                .map(Run.PROJECT.resolve("src/main")::resolve)
                .toList();
    }
}

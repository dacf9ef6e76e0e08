package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.upgrade.Blocker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A word that an operator meets is one that {@code failure-modes.md} says what to do about. */
class FailureModesTest {
    private static final Path DOCUMENT = Path.of("workflows-docs", "failure-modes.md");
    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z_]+");

    /** No agent of this release says it any more. */
    private static final Set<Kind> FORMER = EnumSet.of(Kind.STILL_RETIRING);

    @Test
    void has_a_heading_for_every_fault_that_holds_a_node() throws IOException {
        assertThat(words(line -> line.startsWith("## "))).contains(names(NodeFault.values()));
    }

    @Test
    void has_a_heading_for_every_problem_that_an_agent_reports() throws IOException {
        assertThat(words(line -> line.startsWith("## ")))
                .contains(names(EnumSet.complementOf(EnumSet.copyOf(FORMER)).toArray(Kind[]::new)));
    }

    @Test
    void has_a_row_or_a_heading_for_every_check_that_refuses_an_upgrade() throws IOException {
        assertThat(words(line -> line.startsWith("## ") || line.startsWith("| `")))
                .contains(names(Blocker.values()));
    }

    private static Set<String> words(Predicate<String> lines) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(lines)
                .map(line -> line.startsWith("|") ? line.split("\\|", -1)[1] : line)
                .flatMap(line -> WORD.matcher(line).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static String[] names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::name).toArray(String[]::new);
    }
}

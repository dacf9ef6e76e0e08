package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.TroubleSentences.Said;
import dev.changeover.TroubleSentences.Sentence;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A word or sentence that an operator meets is one that {@code failure-modes.md} says what to do about. */
class FailureModesTest {
    private static final Path DOCUMENT = Path.of("workflows-docs", "failure-modes.md");

    /** The first, and those to which it sends its reader for what they are about. */
    private static final List<Path> PAGES =
            List.of(DOCUMENT, DOCUMENT.resolveSibling("adoption.md"), DOCUMENT.resolveSibling("campaign.md"));

    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z_]+");

    /** No agent of this release says it any more. */
    private static final Set<Kind> FORMER = EnumSet.of(Kind.STILL_RETIRING);

    /** Who tries Changeover out is no operator, and sees at once what happens. */
    private static final List<String> TRIALS = List.of("demo/", "DemoCommand", "node/sandbox/");

    /** How well an upgrade goes on: a reason that is none of trouble. */
    private static final String PROGRESS = "api/upgrades/Sentence.java";

    /** They end in a cause that nobody is shown, or in a thread that nobody listens to. */
    private static final Set<String> UNHEARD = Set.of(
            "sealed under another name or with another key",
            "asked for something else: …",
            "the caller did not take them",
            "too many log-ins at once");

    /** What other programs say and the page quotes. */
    private static final List<String> OTHERS =
            List.of("No subject alternative DNS name matching", "Unable to resolve host");

    private static final int WORDS = 6;
    private static final Pattern PUT_IN = Pattern.compile("…|\\{}|\\$\\{[^}]*}|\\$\\w+|%[-+,.\\d]*[a-z]");
    private static final Pattern THREE_WORDS = Pattern.compile("[a-z]{2,} .*[a-z]{2,}.* [a-z]{2,}");

    /** An advice, behind a colon mostly: {@code ...: raise fs.file-max}. */
    private static final Pattern ADVICE = Pattern.compile(
            "(?:^|[:;,] (?:and |or )?)(?:add|adopt|ask|bring|call|cancel|check"
                    + "|choose|come|configure|copy|correct|create|end|enrol|free|give|install|let|log|look|make|mind|name|pack"
                    + "|plan|put|raise|reload|remove|renew|restart|restore|run|say|see|send|set|sign|split|take|type|use|write) ");

    private static final Pattern COMPLAINT = Pattern.compile("echo (['\"])(.*?)\\1 >&2");
    private static final Pattern OF_THE_CONSOLE =
            Pattern.compile("(?:complain|ApiError)\\([^)]*?(['`])([A-Z][^'`]+\\.)\\1");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A name, a number or a path that stands for any other one. */
    private static final Pattern EXAMPLE =
            Pattern.compile("…|'[^']*'|\\b[A-Z]\\b|\\S*(?:\\d|[A-Z.][A-Z.]|\\S[A-Z.]\\S)\\S*");

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

    @Test
    void has_a_row_for_every_code_of_the_interface() throws IOException {
        var rows = lines("| 4", "| 5").collect(Collectors.joining("\n"));
        assertThat(ErrorCode.values())
                .allSatisfy(error ->
                        assertThat(rows).containsPattern("%d[^|]*`%s`".formatted(error.status(), error.code())));
    }

    @Test
    void has_every_sentence_of_the_log_and_each_other_one_that_does_not_say_itself_what_to_do() throws IOException {
        var page = pages();
        var sentences = TroubleSentences.ofTheProgram();

        assertThat(sentences).extracting(Sentence::said).contains(Said.values());
        assertThat(sentences)
                .filteredOn(FailureModesTest::isToBeFound)
                .filteredOn(sentence -> !page.contains(key(sentence.text())))
                .isEmpty();
    }

    @Test
    void has_every_complaint_of_the_launcher_the_package_and_the_console() throws IOException {
        var page = pages();
        var scripts = read("src/main/dist/changeover") + read("src/main/packages");
        var complaints = Stream.concat(
                        COMPLAINT
                                .matcher(scripts.replaceAll("\" >&2\\s+echo \"", " "))
                                .results(),
                        OF_THE_CONSOLE
                                .matcher(read("src/main/resources/console"))
                                .results())
                .map(said -> said.group(2))
                .filter(said -> isSentence(said) && !said.endsWith(" needed."))
                .toList();

        assertThat(complaints).hasSizeGreaterThan(4);
        assertThat(complaints)
                .filteredOn(sentence -> !page.contains(key(sentence)))
                .isEmpty();
    }

    /** A third of its words are said in this order at least: others stand for what is put in. */
    @Test
    void quotes_no_sentence_that_no_program_says() throws IOException {
        var said = plain(
                TroubleSentences.ofTheProgram().stream().map(Sentence::text).collect(Collectors.joining(" "))
                        + read("src/main"));
        var known = threes(said).collect(Collectors.toSet());

        assertThat(quotes()).hasSizeGreaterThan(200);
        assertThat(quotes())
                .filteredOn(quote -> {
                    var threes = EXAMPLE.splitAsStream(quote)
                            .flatMap(part -> threes(plain(part)))
                            .toList();
                    return threes.stream().filter(known::contains).count() * 3 < threes.size();
                })
                .isEmpty();
    }

    private static boolean isToBeFound(Sentence sentence) {
        if (TRIALS.stream().anyMatch(sentence.file()::startsWith)
                || sentence.file().equals(PROGRESS)) return false;
        if (UNHEARD.contains(sentence.text()) || !isSentence(sentence.text())) return false;
        return switch (sentence.said()) {
            case IN_THE_LOG -> true;
            case PLAINLY -> !ADVICE.matcher(sentence.text()).find();
            case BEHIND_A_WORD, OF_A_VALUE, WITH_ADVICE, OF_A_DEFECT, NOT_IN_TROUBLE -> false;
        };
    }

    private static boolean isSentence(String text) {
        return THREE_WORDS.matcher(key(text)).find();
    }

    /** What one searches for: the beginning of the longest part that is the same each time it is said. */
    private static String key(String sentence) {
        var longest = PUT_IN.splitAsStream(sentence)
                .map(part -> plain(part).replaceAll("^\\W+|\\W+$", ""))
                .max(Comparator.comparingInt(String::length))
                .orElse("");
        return Arrays.stream(longest.split(" ", -1)).limit(WORDS).collect(Collectors.joining(" "));
    }

    /** As one searches for it: quotes, ends of lines and capitals do not count. */
    private static String plain(String text) {
        return text.replaceAll("[`'\"*]", "").replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private static String pages() throws IOException {
        var pages = new StringBuilder();
        for (var page : PAGES) pages.append(plain(Files.readString(page))).append(' ');
        return pages.toString();
    }

    /** What the page quotes: in its text, and in the first column of its tables. */
    private static List<String> quotes() throws IOException {
        var text = BLOCK.matcher(Files.readString(DOCUMENT)).replaceAll("");
        var prose = text.lines().filter(line -> !line.startsWith("|")).collect(Collectors.joining(" "));
        var cells = text.lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1)[1])
                .toList();
        return Stream.of(
                        quoted(QUOTED, CODE.matcher(prose).replaceAll("…")),
                        cells.stream().flatMap(cell -> quoted(QUOTED, cell)),
                        cells.stream().flatMap(cell -> quoted(CODE, cell)))
                .flatMap(quotes -> quotes)
                .filter(quote -> OTHERS.stream().noneMatch(quote::contains))
                .toList();
    }

    private static Stream<String> quoted(Pattern marks, String text) {
        return marks.matcher(text).results().map(quote -> quote.group(1));
    }

    private static Stream<String> threes(String text) {
        var words = text.replaceAll("[^a-z0-9_]+", " ").strip().split(" ", -1);
        return IntStream.range(0, words.length - 2)
                .mapToObj(at -> words[at] + " " + words[at + 1] + " " + words[at + 2]);
    }

    /** A file, or all below a directory that are no Java. */
    private static String read(String path) throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(Path.of(path))) {
            for (var file : files.filter(Files::isRegularFile).toList())
                if (!file.toString().endsWith(".java"))
                    text.append(Files.readString(file)).append(' ');
        }
        return text.toString();
    }

    private static Stream<String> lines(String... beginnings) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> Arrays.stream(beginnings).anyMatch(line::startsWith));
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

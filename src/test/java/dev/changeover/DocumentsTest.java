package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents have in common: their links lead somewhere, and their commands are whole. */
class DocumentsTest {
    private static final Path README = Path.of("README.md");
    private static final Path PAGES = Path.of("workflows-docs");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#:]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`]+`");

    @Test
    void every_link_leads_to_a_part_that_there_is() throws IOException {
        var lost = new ArrayList<String>();
        for (var document : documents()) {
            var links = LINK.matcher(Files.readString(document)).results().toList();
            for (var link : links) {
                var to = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                var isThere = Files.exists(to)
                        && (link.group(2) == null || anchors(to).contains(link.group(2)));
                if (!isThere) lost.add(document.getFileName() + ": " + link.group());
            }
        }

        assertThat(lost).isEmpty();
    }

    @Test
    void every_command_to_an_upgrade_gives_its_reason() throws IOException {
        var words = Arrays.stream(Command.values()).map(Command::word).collect(Collectors.joining("|"));
        var command = Pattern.compile("changeover\\s+(?:%s)\\s+JOB\\b.*".formatted(words));
        var bare = new ArrayList<String>();
        var all = 0;
        for (var document : documents()) {
            var typed = CODE.matcher(Files.readString(document))
                    .results()
                    .map(MatchResult::group)
                    .flatMap(code -> code.startsWith("```") ? code.lines() : Stream.of(code.replace('\n', ' ')))
                    .flatMap(line -> command.matcher(line).results())
                    .map(MatchResult::group)
                    .toList();
            all += typed.size();
            typed.stream()
                    .filter(line -> !line.contains("--reason"))
                    .forEach(line -> bare.add(document.getFileName() + ": " + line));
        }

        assertThat(bare).isEmpty();
        assertThat(all).isGreaterThan(10);
    }

    private static List<Path> documents() throws IOException {
        try (var pages = Files.newDirectoryStream(PAGES, "*.md")) {
            var all = new ArrayList<>(List.of(README));
            pages.forEach(all::add);
            return all;
        }
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}

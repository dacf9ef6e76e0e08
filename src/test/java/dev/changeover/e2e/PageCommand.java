package dev.changeover.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command of a document's block, with what the document says that it prints. A prompt names where it is typed:
 * {@code node# changeover agent check}.
 *
 * @param where the prompt's word
 * @param command with the lines of a here-document, if it has one
 * @param shown lines; {@code …} alone stands for any number of them, and at a line's end for any rest
 */
record PageCommand(String where, String command, List<String> shown) {
    private static final Pattern PROMPT = Pattern.compile("([a-z-]+)# (.*)");
    private static final Pattern HERE_DOCUMENT = Pattern.compile(".*<<\\s*([A-Z]+)\\s*");
    private static final Pattern VARIABLE =
            Pattern.compile("(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|\\d+|\\s+|…");

    PageCommand {
        shown = List.copyOf(shown);
    }

    /** In the order of the document. */
    static List<PageCommand> in(Path document) throws IOException {
        var commands = new ArrayList<PageCommand>();
        var lines = Files.readAllLines(document).iterator();
        var inside = false;
        while (lines.hasNext()) {
            var line = lines.next();
            var prompt = PROMPT.matcher(line);
            if (line.startsWith("```")) {
                inside = !inside;
            } else if (inside && prompt.matches()) {
                var command = new StringBuilder(prompt.group(2));
                var here = HERE_DOCUMENT.matcher(prompt.group(2));
                for (var end = here.matches() ? here.group(1) : ""; !end.isEmpty(); ) {
                    var next = lines.next();
                    command.append('\n').append(next);
                    if (next.equals(end)) end = "";
                }
                commands.add(new PageCommand(prompt.group(1), command.toString(), new ArrayList<>()));
            } else if (inside && !commands.isEmpty()) {
                var last = commands.removeLast();
                var shown = new ArrayList<>(last.shown());
                shown.add(line);
                commands.add(new PageCommand(last.where(), last.command(), shown));
            }
        }
        return commands;
    }

    /** Whether this was printed, whatever its numbers, ids and spaces are. */
    boolean isWhatItShows(List<String> printed) {
        var expected = shown.stream()
                .map(line -> line.equals("…") ? "(?:.*\\n)*?" : pattern(line.stripTrailing()) + "\\s*\\n")
                .collect(Collectors.joining());
        var all = printed.stream().map(line -> line + "\n").collect(Collectors.joining());
        return Pattern.matches(expected, all);
    }

    private static String pattern(String line) {
        var pattern = new StringBuilder();
        var variable = VARIABLE.matcher(line);
        int at = 0;
        while (variable.find()) {
            pattern.append(Pattern.quote(line.substring(at, variable.start())));
            pattern.append(
                    variable.group("id") != null
                            ? "[0-9a-f-]{36}"
                            : switch (variable.group().charAt(0)) {
                                case '…' -> ".*";
                                case ' ', '\t' -> "\\s+";
                                default -> "\\d+";
                            });
            at = variable.end();
        }
        return pattern.append(Pattern.quote(line.substring(at))).toString();
    }
}

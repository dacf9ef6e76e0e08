package dev.changeover.haproxy.configuration;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A file with conditions, such as {@code .if version_atleast(2.9)}. Only a program that reads it can say which hold. */
public record ConditionalText(String text) {
    private static final Set<String> BRANCHES = Set.of(".if", ".elif", ".else");
    private static final String MARK = "changeover-branch-";
    private static final Pattern SAID = Pattern.compile(MARK + "(\\d+)");

    /** Whether there are any. */
    public boolean isConditional() {
        return text.lines().anyMatch(line -> keyword(line).equals(".if"));
    }

    /** The text with the same meaning, of which a program says with a notice each branch that counts for it. */
    public String marked() {
        var marked = new StringBuilder();
        var branches = 0;
        for (var line : text.lines().toList()) {
            marked.append(line).append('\n');
            if (BRANCHES.contains(keyword(line)))
                marked.append(".notice ").append(MARK).append(++branches).append('\n');
        }
        return marked.toString();
    }

    /**
     * What is left of the text for the program that said this of the marked one.
     *
     * @param output all that it printed
     */
    public String read(String output) {
        var counting = SAID.matcher(output).results().map(mark -> mark.group(1)).collect(Collectors.toSet());
        var open = new ArrayDeque<Boolean>();
        var read = new StringBuilder();
        var branches = 0;
        for (var line : text.lines().toList()) {
            var keyword = keyword(line);
            if (BRANCHES.contains(keyword)) {
                if (!keyword.equals(".if")) open.poll();
                open.push(counting.contains(Integer.toString(++branches)));
            } else if (keyword.equals(".endif")) {
                open.poll();
            } else if (!open.contains(false)) {
                read.append(line).append('\n');
            }
        }
        return read.toString();
    }

    private static String keyword(String line) {
        var words = ConfigTokenizer.of(line);
        return words.isEmpty() ? "" : words.getFirst();
    }
}

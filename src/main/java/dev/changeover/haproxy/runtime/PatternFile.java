package dev.changeover.haproxy.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A map or list of a worker, from a file of its own or from a line of the configuration. Its entries can be changed at
 * run time, and so can the file: a new worker knows what the file says when it starts.
 *
 * @param kind {@code map} or {@code acl}
 * @param file or its number, {@code #1}, where it stands in a line
 * @param of what a list in a line is about: {@code src}; empty where it has a file
 * @param entries how many the worker has; 0 where HAProxy does not count them
 */
public record PatternFile(String kind, String file, String of, int entries) {

    private static final Pattern LINE =
            Pattern.compile("(?m)^(?<id>-?\\d+) \\((?<file>[^)]*)\\) (?:acl '(?<of>.+?)' file '(?<in>.*)' line )?"
                    + "(?:.*\\bentry_cnt=(?<entries>\\d+))?.*$");

    /** HAProxy's own client has some. */
    private static final String NO_FILE = "httpclient";

    static List<PatternFile> parse(String kind, String listing) {
        return LINE.matcher(listing)
                .results()
                .filter(line ->
                        !line.group("file").isEmpty() || line.group("of") != null && !NO_FILE.equals(line.group("in")))
                .map(line -> line.group("file").isEmpty()
                        ? new PatternFile(kind, "#" + line.group("id"), line.group("of"), count(line.group("entries")))
                        : new PatternFile(kind, line.group("file"), "", count(line.group("entries"))))
                .toList();
    }

    /** Whether it stands in a line of the configuration, and has a number instead of a file. */
    public boolean isInLine() {
        return !of.isEmpty();
    }

    /** Whether both are the same list of the same file, which may have other entries. */
    public boolean isSame(PatternFile other) {
        return kind.equals(other.kind) && file.equals(other.file) && of.equals(other.of);
    }

    private static int count(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** What the worker lists of it, without pointers. */
    static List<String> lines(String listing) {
        return listing.lines()
                .filter(line -> line.matches("0x\\w+ .+"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    /** Of a map, what may be the key in a line: a file has none of several words, but there may be some since. */
    List<String> keys(String line) {
        if (!kind.equals("map")) return List.of(line);
        var keys = new ArrayList<String>();
        for (var end = line.indexOf(' '); end > 0; end = line.indexOf(' ', end + 1)) keys.add(line.substring(0, end));
        return keys.isEmpty() ? List.of(line) : keys;
    }

    /** How to ask for a key. */
    String question(String key) {
        return "get %s %s %s".formatted(kind, file, escaped(key));
    }

    /** Whether the worker has it with the value that follows it in that line. */
    static boolean isKey(String key, String line, String answer) {
        return answer.contains("key=\"%s\", value=\"%s\"".formatted(key, line.substring(key.length() + 1)));
    }

    /**
     * The entries in their order: values by key, which lists have none of.
     *
     * @param known keys by their lines, where they are not the first word
     */
    Map<String, List<String>> entriesOf(List<String> lines, Map<String, String> known) {
        var entries = new LinkedHashMap<String, List<String>>();
        for (var line : lines) {
            var key = known.getOrDefault(line, keys(line).getFirst());
            var value = line.substring(Math.min(key.length() + 1, line.length()));
            entries.computeIfAbsent(key, one -> new ArrayList<>()).add(value);
        }
        return entries;
    }

    /**
     * Whether its file was written after an instant: then a later worker takes the file's word, whatever was set at run
     * time. One that HAProxy keeps in memory only has no file; a relative name that leads nowhere may be any file.
     *
     * @param begins where a relative name may start
     */
    public boolean isNewerThan(Instant started, List<Path> begins) {
        var name = Path.of(file.replaceFirst("^(opt|file)@", ""));
        var isFound = name.isAbsolute() || file.startsWith("opt@") || file.startsWith("virt@");
        for (var begin : begins) {
            try {
                var written = (FileTime) Files.getAttribute(begin.resolve(name), "unix:ctime");
                if (written.toInstant().isAfter(started)) return true;
                isFound = true;
            } catch (IOException none) {
                // It may be another one's.
            }
        }
        return !isFound;
    }

    /** The commands that give another worker's list these entries. */
    List<String> commands(Map<String, List<String>> wanted, Map<String, List<String>> has) {
        var commands = new ArrayList<String>();
        has.forEach((key, values) -> {
            if (!values.equals(wanted.get(key))) commands.add("del %s %s %s".formatted(kind, file, escaped(key)));
        });
        wanted.forEach((key, values) -> {
            if (values.equals(has.get(key))) return;
            for (var value : values) {
                commands.add("add %s %s %s".formatted(kind, file, escaped(key))
                        + (value.isEmpty() ? "" : " " + escaped(value)));
            }
        });
        return commands;
    }

    /** A word that begins with {@code <<} at the end of a line would announce what follows it. */
    private static String escaped(String word) {
        return word.replaceAll("([\\\\; \t<])", "\\\\$1");
    }
}

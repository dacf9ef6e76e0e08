package dev.changeover.haproxy.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A map or list that a worker has loaded from a file. Its entries can be changed at run time, and so can the file: a
 * new worker knows what the file says when it starts.
 *
 * @param kind {@code map} or {@code acl}
 * @param entries how many the worker has; 0 where HAProxy does not count them
 */
public record PatternFile(String kind, String file, int entries) {

    private static final Pattern LINE =
            Pattern.compile("(?m)^-?\\d+ \\((?<file>[^)]+)\\) (?:.*\\bentry_cnt=(?<entries>\\d+))?.*$");

    static List<PatternFile> parse(String kind, String listing) {
        return LINE.matcher(listing)
                .results()
                .filter(line -> !line.group("file").equals("file"))
                .map(line -> new PatternFile(kind, line.group("file"), count(line.group("entries"))))
                .toList();
    }

    private static int count(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** The worker's entries, each with single blanks, without the pointers that are listed before them. */
    static Set<String> entries(String listing) {
        return normal(listing.lines()
                .filter(line -> line.startsWith("0x"))
                .map(line -> line.substring(line.indexOf(' ') + 1)));
    }

    /**
     * The file's entries now; empty when it cannot be read, as one that HAProxy keeps in memory only.
     *
     * @param directory where a relative name starts from
     */
    Optional<Set<String>> fileEntries(Path directory) {
        try (var lines = Files.lines(directory.resolve(file), StandardCharsets.ISO_8859_1)) {
            return Optional.of(normal(lines.map(String::strip).filter(line -> !line.startsWith("#"))));
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    private static Set<String> normal(Stream<String> lines) {
        return lines.map(line -> String.join(" ", line.strip().split("\\s+")))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toSet());
    }
}

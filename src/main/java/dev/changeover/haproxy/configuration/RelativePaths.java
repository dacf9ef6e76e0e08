package dev.changeover.haproxy.configuration;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The relative paths of an operator's file, which a copy of it elsewhere must still find.
 *
 * @param home where the file is
 */
public record RelativePaths(String text, Path home) {

    private static final Pattern BESIDE =
            Pattern.compile("^(\\s*default-path\\s+)(config|parent)(?=\\s|$)", Pattern.MULTILINE);

    /** A word of a line, or an argument in it such as {@code map(FILE)}. */
    private static final Pattern BETWEEN = Pattern.compile("[(),{}]");

    public RelativePaths {
        home = home.toAbsolutePath().normalize();
    }

    /** Whether the file says itself that its paths begin where it is. */
    public boolean areMoved() {
        return BESIDE.matcher(text).find();
    }

    /** The text with the same meaning, wherever it is. */
    public String moved() {
        return BESIDE.matcher(text).replaceAll(found -> {
            var begin =
                    found.group(2).equals("config") ? home : home.resolve("..").normalize();
            var quoted = begin.toString().replaceAll("([\\\\\"$])", "\\\\$1");
            return Matcher.quoteReplacement(found.group(1) + "origin \"" + quoted + "\"");
        });
    }

    /** Where a process that reads the file is to run: as a service in the root, unless what it names is beside the file. */
    public Path begin() {
        var isBeside = words().anyMatch(word -> isIn(home, word));
        return isBeside ? home : Path.of("/");
    }

    /** Whether one of those that a complaint names is in this directory. */
    public boolean areIn(Path directory, String complaint) {
        return words().filter(complaint::contains).anyMatch(word -> isIn(directory, word));
    }

    /** A name is bytes, which no path can be made of where this process's locale does not know them. */
    private static boolean isIn(Path directory, String word) {
        try {
            var file = directory
                    .resolve(new String(word.getBytes(OperatorConfiguration.BYTES), HaproxyEnvironment.OURS))
                    .normalize();
            // Such as ".", which is everywhere.
            return !directory.startsWith(file) && Files.exists(file);
        } catch (InvalidPathException unknown) {
            return false;
        }
    }

    /** Where the file says itself that its paths begin. */
    public List<Path> begins() {
        return text.lines()
                .map(ConfigTokenizer::of)
                .filter(words -> words.size() > 1 && words.getFirst().equals("default-path"))
                .flatMap(words -> switch (words.get(1)) {
                    case "config" -> Stream.of(home);
                    case "parent" -> Stream.of(home.resolve(".."));
                    case "origin" -> words.stream().skip(2).map(Path::of);
                    default -> Stream.<Path>of();
                })
                .toList();
    }

    private Stream<String> words() {
        return text
                .lines()
                .flatMap(line -> ConfigTokenizer.of(line).stream().skip(1))
                .flatMap(BETWEEN::splitAsStream)
                .filter(word -> !word.startsWith("/") && word.indexOf('\0') < 0)
                .collect(Collectors.toSet())
                .stream();
    }
}

package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.RelativePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a HAProxy was started.
 *
 * @param words the program's name first
 * @param directory where, for relative paths among them; with {@code -C}, the one that this names
 */
public record CommandLine(List<String> words, Path directory) {
    private static final String END_OF_OPTIONS = "--";

    public CommandLine {
        words = List.copyOf(words);
    }

    static CommandLine of(long pid) throws IOException {
        var words = ProcessTable.arguments(pid);
        return new CommandLine(words, directory(pid, words));
    }

    /** One that put itself into a jail is there now; a shell left in its environment where it began, before any -C. */
    private static Path directory(long pid, List<String> words) throws IOException {
        var process = ProcessTable.process(pid);
        var isJailed = !Files.readSymbolicLink(process.resolve("root"))
                .equals(Files.readSymbolicLink(Path.of("/proc/self/root")));
        if (!isJailed) return Files.readSymbolicLink(process.resolve("cwd"));
        var began = ProcessTable.variable(pid, "PWD")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(Path.of("/"));
        return new CommandLine(words, began).last("-C").map(began::resolve).orElse(began);
    }

    /** Where relative names in the files of a process began, the likeliest first: it may be in a jail by now. */
    static List<Path> begins(long pid) throws IOException {
        var own = ProcessTable.variable(pid, "HA_RUN").map(Path::of);
        var line = own.isPresent()
                ? new CommandLine(ProcessTable.arguments(pid), own.get().resolve("cwd"))
                : of(pid);
        var begins = new ArrayList<Path>();
        for (var file : line.files()) {
            try {
                var text = OperatorConfiguration.read(file).text();
                begins.addAll(new RelativePaths(text, RunDirectory.homeOf(file)).begins());
            } catch (IOException elsewhere) {
                // The directory may be a guess; then what begins in the file is not found, and the file's word counts.
            }
        }
        begins.add(line.directory());
        return begins;
    }

    /** What its configuration was read from, files and directories as absolute paths, in HAProxy's order. */
    public List<Path> files() {
        var written = new ArrayList<String>(all("-f"));
        var end = words.indexOf(END_OF_OPTIONS);
        if (end >= 0) written.addAll(words.subList(end + 1, words.size()));
        return written.stream().map(directory::resolve).toList();
    }

    /** The last word that follows this option, which is the one that counts. */
    public Optional<String> last(String option) {
        return all(option).stream().reduce((first, last) -> last);
    }

    /** Whether this option, which nothing follows, is given. */
    public boolean has(String option) {
        return options().contains(option);
    }

    private List<String> options() {
        var end = words.indexOf(END_OF_OPTIONS);
        return end < 0 ? words : words.subList(0, end);
    }

    private List<String> all(String option) {
        var options = options();
        return IntStream.range(1, options.size())
                .filter(i -> options.get(i - 1).equals(option))
                .mapToObj(options::get)
                .toList();
    }
}

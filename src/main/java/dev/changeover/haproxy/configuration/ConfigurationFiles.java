package dev.changeover.haproxy.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What HAProxy reads after each {@code -f}, as one text. */
public final class ConfigurationFiles {

    private ConfigurationFiles() {}

    /** @param paths files, and directories whose {@code .cfg} files count in the order of their names */
    static String text(List<Path> paths) throws IOException {
        var files = of(paths);
        if (files.size() == 1) return Files.readString(files.getFirst(), OperatorConfiguration.BYTES);
        var text = new StringBuilder();
        for (var file : files) {
            var part = Files.readString(file, OperatorConfiguration.BYTES);
            text.append("# ").append(file).append('\n').append(part);
            if (!part.endsWith("\n")) text.append('\n');
        }
        return text.toString();
    }

    /** The files that HAProxy reads for such paths, in its order. */
    public static List<Path> of(List<Path> paths) throws IOException {
        var files = new ArrayList<Path>();
        for (var path : paths) files.addAll(Files.isDirectory(path) ? in(path) : List.of(path));
        return files;
    }

    /** Whether HAProxy reads the very same files for both, in the same order. */
    public static boolean areSame(List<Path> some, List<Path> others) throws IOException {
        var ours = of(some);
        var theirs = of(others);
        if (ours.size() != theirs.size()) return false;
        for (int i = 0; i < ours.size(); i++) {
            if (!Files.exists(ours.get(i)) || !Files.isSameFile(ours.get(i), theirs.get(i))) return false;
        }
        return true;
    }

    private static List<Path> in(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".cfg")
                            && !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}

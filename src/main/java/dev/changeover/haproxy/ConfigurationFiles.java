package dev.changeover.haproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What HAProxy reads after each {@code -f}, as one text. */
final class ConfigurationFiles {

    private ConfigurationFiles() {}

    /** @param paths files, and directories whose {@code .cfg} files count in the order of their names */
    static String text(List<Path> paths) throws IOException {
        var files = new ArrayList<Path>();
        for (var path : paths) files.addAll(Files.isDirectory(path) ? in(path) : List.of(path));
        if (files.size() == 1) return Files.readString(files.getFirst(), OperatorConfiguration.BYTES);
        var text = new StringBuilder();
        for (var file : files) {
            var part = Files.readString(file, OperatorConfiguration.BYTES);
            text.append("# ").append(file).append('\n').append(part);
            if (!part.endsWith("\n")) text.append('\n');
        }
        return text.toString();
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

package dev.changeover.haproxy;

import dev.changeover.host.SpareDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the generations of a run directory are: there, or in memory where its disk took no files. */
record GenerationDirectories(Path run) {
    private static final Pattern GENERATION = Pattern.compile("gen-([1-9]\\d{0,8})");

    /** The oldest first. */
    List<GenerationDirectory> all() throws IOException {
        var all = new ArrayList<>(in(run));
        var spare = SpareDirectory.of(run);
        if (spare.isPresent()) all.addAll(in(spare.get()));
        all.sort(Comparator.comparingInt(GenerationDirectory::number));
        return all;
    }

    private static List<GenerationDirectory> in(Path directory) throws IOException {
        if (Files.notExists(directory)) return List.of();
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> GENERATION.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> GenerationDirectory.of(directory, Integer.parseInt(name.group(1))))
                    .toList();
        }
    }

    /** What would come after them, in this directory. */
    GenerationDirectory next(Path directory) throws IOException {
        var all = all();
        return GenerationDirectory.of(
                directory, all.isEmpty() ? 1 : all.getLast().number() + 1);
    }

    /** Where this one is, or would be. */
    GenerationDirectory of(int number) {
        var usual = GenerationDirectory.of(run, number);
        return Files.exists(usual.path()) ? usual : inMemory(number).orElse(usual);
    }

    private Optional<GenerationDirectory> inMemory(int number) {
        try {
            return SpareDirectory.of(run)
                    .map(spare -> GenerationDirectory.of(spare, number))
                    .filter(spare -> Files.exists(spare.path()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}

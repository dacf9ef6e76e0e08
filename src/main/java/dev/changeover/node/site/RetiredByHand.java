package dev.changeover.node.site;

import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Numbers of the generations that stopped accepting without an upgrade: for a reload, the emergency door or an adoption,
 * or because they did not prove themselves. In a file, a line each, so that a restarted agent goes on with them. Written
 * by whoever holds the node's lock.
 */
public record RetiredByHand(Path file) {

    /** Those that may still have sessions. */
    public Set<Integer> all() throws IOException {
        if (Files.notExists(file)) return Set.of();
        try {
            var lines = PrivateFile.wholeLines(file);
            if (lines.isPresent())
                return lines.get().stream().map(Integer::valueOf).collect(Collectors.toSet());
        } catch (NumberFormatException damaged) {
            // the same as where the last number may be half of one
        }
        // Their sessions live on until they end, or until an upgrade retires them.
        PrivateFile.setAside(file, "names no generations");
        return Set.of();
    }

    public void add(int generation) throws IOException {
        var all = new TreeSet<>(all());
        if (all.add(generation)) write(all);
    }

    /** It serves on, or its number may be given to another one. */
    public void remove(int generation) throws IOException {
        var all = new TreeSet<>(all());
        if (all.remove(generation)) write(all);
    }

    /** Forgets all others, which have ended. */
    public void retain(Set<Integer> living) throws IOException {
        var all = new TreeSet<>(all());
        if (all.retainAll(living)) write(all);
    }

    private void write(Set<Integer> all) throws IOException {
        PrivateFile.write(file, all.stream().map(number -> number + "\n").collect(Collectors.joining()));
    }
}

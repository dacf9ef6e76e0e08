package dev.changeover.node.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
        return Files.readAllLines(file).stream().map(Integer::valueOf).collect(Collectors.toSet());
    }

    public void add(int generation) throws IOException {
        var all = new TreeSet<>(all());
        if (all.add(generation)) write(all);
    }

    /** Forgets all others, which have ended. */
    public void retain(Set<Integer> living) throws IOException {
        var all = new TreeSet<>(all());
        if (all.retainAll(living)) write(all);
    }

    private void write(Set<Integer> all) throws IOException {
        var lines = all.stream().map(String::valueOf).toList();
        var next = Files.write(file.resolveSibling(file.getFileName() + ".next"), lines);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}

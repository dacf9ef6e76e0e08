package dev.changeover.node.driver;

import java.util.List;

/**
 * All generations of a node at one moment.
 *
 * @param live those that answered, the oldest first
 * @param silent those that did not: they may hold sessions or even serve, so nothing may be concluded or changed
 * @param ended numbers of those of which only files are left
 * @param orphans processes that were started for this node and that no generation accounts for, so that nobody can ask
 *     or steer them
 */
public record GenerationSnapshot(
        List<ProxyGeneration> live, List<Silent> silent, List<Integer> ended, List<Long> orphans) {

    public GenerationSnapshot {
        live = List.copyOf(live);
        silent = List.copyOf(silent);
        ended = List.copyOf(ended);
        orphans = List.copyOf(orphans);
    }

    /** Did not answer. */
    public record Silent(int number, String why) {}

    /** Whether nothing runs of which nobody knows what it does. */
    public boolean isClear() {
        return silent.isEmpty() && orphans.isEmpty();
    }

    /** Those that accept connections. */
    public List<ProxyGeneration> serving() {
        return live.stream().filter(ProxyGeneration::isAccepting).toList();
    }

    public List<ProxyGeneration> retiring() {
        return live.stream().filter(generation -> !generation.isAccepting()).toList();
    }
}

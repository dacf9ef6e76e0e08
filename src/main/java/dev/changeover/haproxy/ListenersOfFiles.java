package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.ConfigurationFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The HAProxy processes that were started with some files and listen.
 *
 * @param sockets the listening sockets that each of them holds
 */
record ListenersOfFiles(Map<Long, Set<Long>> sockets) {

    static ListenersOfFiles now(List<Path> files) throws IOException {
        var found = new TreeMap<Long, Set<Long>>();
        for (var pid : ProcessTable.all()) {
            if (!ProcessTable.isHaproxy(pid)) continue;
            try {
                if (!ConfigurationFiles.areSame(CommandLine.of(pid).files(), files)) continue;
                var listening = ProcessTable.listeningSockets(pid);
                var held = ProcessTable.sockets(pid, listening::contains);
                if (!held.isEmpty()) found.put(pid, held);
            } catch (IOException ended) {
                // as processes may at any moment
            }
        }
        var here = ProcessTable.network(ProcessHandle.current().pid());
        var near = new TreeMap<>(found);
        // In another network, such as a container's, a file of that name is another one.
        near.keySet().removeIf(pid -> !ProcessTable.network(pid).equals(here));
        return new ListenersOfFiles(near.isEmpty() ? found : near);
    }

    boolean isEmpty() {
        return sockets.isEmpty();
    }

    /** Without masters: what these listen on, they share with nobody. Two that share are both here. */
    SortedSet<Long> accepting() {
        var accepting = new TreeSet<>(sockets.keySet());
        accepting.removeIf(pid -> !isShared(pid) && hasChild(pid));
        return accepting;
    }

    private boolean isShared(long pid) {
        return sockets.entrySet().stream()
                .filter(other -> other.getKey() != pid)
                .map(Map.Entry::getValue)
                .flatMap(Collection::stream)
                .anyMatch(sockets.getOrDefault(pid, Set.of())::contains);
    }

    private boolean hasChild(long pid) {
        return sockets.keySet().stream()
                .anyMatch(other -> ProcessTable.stat(other)
                        .filter(stat -> stat.parent() == pid)
                        .isPresent());
    }
}

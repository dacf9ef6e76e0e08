package dev.changeover.node.haproxy;

import dev.changeover.haproxy.OtherHolders;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.ProxyConfiguration;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Processes with sockets on a node's addresses that are none of its generations, in sentences. */
record ForeignSockets(List<OtherHolders> all, String addresses) {

    static ForeignSockets of(RunDirectory run, ProxyConfiguration configuration, GenerationSnapshot known)
            throws IOException {
        // An orphan is a problem of its own.
        var ours = new HashSet<>(run.orphans(List.of()));
        known.live().forEach(generation -> ours.add(generation.process()));
        var addresses =
                configuration.addresses().stream().map(HaproxyDriver::bound).toList();
        return new ForeignSockets(
                OtherHolders.of(addresses, ours),
                configuration.addresses().stream()
                        .map(ProxyConfiguration::written)
                        .collect(Collectors.joining(", ")));
    }

    List<String> listening() {
        return all.stream()
                .filter(other -> other.listening() > 0)
                .map(other -> "process %d (%s) listens on %s, which this node's configuration claims"
                        .formatted(other.pid(), other.program(), addresses))
                .toList();
    }

    List<String> withSessions() {
        return all.stream()
                .filter(other -> other.sessions() > 0)
                .map(other -> "process %d (%s), which is no generation of this node, holds %d connections on %s"
                        .formatted(other.pid(), other.program(), other.sessions(), addresses))
                .toList();
    }
}

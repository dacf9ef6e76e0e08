package dev.changeover.node.haproxy;

import dev.changeover.haproxy.OtherHolders;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver.Foreigners;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Processes with sockets on a node's addresses that are none of its generations, in sentences. */
final class ForeignSockets {
    private final OtherHolders others = new OtherHolders();

    Foreigners now(RunDirectory run, ProxyConfiguration configuration, GenerationSnapshot known) throws IOException {
        var ours = new LinkedHashSet<Long>();
        known.serving().forEach(generation -> ours.add(generation.process()));
        known.live().forEach(generation -> ours.add(generation.process()));
        // An orphan is a problem of its own.
        ours.addAll(run.orphans(List.of()));
        var bound = configuration.addresses().stream().map(HaproxyDriver::bound).toList();
        var all = others.on(bound, ours);
        var addresses = configuration.addresses().stream()
                .map(ProxyConfiguration::written)
                .collect(Collectors.joining(", "));
        return new Foreigners(listening(all, addresses), withSessions(all, addresses));
    }

    private static List<String> listening(List<OtherHolders.Holder> all, String addresses) {
        return all.stream()
                .filter(other -> other.listening() > 0)
                .map(other -> "process %d (%s) listens on %s, which this node's configuration claims"
                        .formatted(other.pid(), other.program(), addresses))
                .toList();
    }

    private static List<String> withSessions(List<OtherHolders.Holder> all, String addresses) {
        return all.stream()
                .filter(other -> other.sessions() > 0)
                .map(other -> "process %d (%s), which is no generation of this node, holds %d connections on %s"
                        .formatted(other.pid(), other.program(), other.sessions(), addresses))
                .toList();
    }
}

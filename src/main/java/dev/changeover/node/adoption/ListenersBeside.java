package dev.changeover.node.adoption;

import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who else listens where the HAProxy does that a node was given back to, with sockets of its own: a supervisor that was left
 * alone at the adoption starts HAProxy again, and Linux then gives each a part of the connections.
 */
record ListenersBeside(FormerOwner owner) {

    /** Empty where there is nobody, and it listens itself. */
    Optional<String> inASentence() throws IOException {
        var sockets = ListeningSockets.now();
        var theirs = owner.processes();
        var addresses = theirs.stream()
                .flatMap(pid -> sockets.addressesOf(pid).stream())
                .distinct()
                .toList();
        if (addresses.isEmpty()) {
            return Optional.of("it does not listen any more: see %s".formatted(owner.log()));
        }
        var handedOn = held(sockets, theirs, addresses);
        var beside = ListeningSockets.first(sockets.listeners(addresses).stream()
                .filter(one ->
                        held(sockets, List.of(one.pid()), addresses).stream().noneMatch(handedOn::contains))
                .toList());
        return beside.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s listens beside it with sockets of its own, and gets a part of the connections: see who has started it, and end it once its sessions have ended"
                                .formatted(beside.stream()
                                        .map(one -> "process %d (%s) on %s"
                                                .formatted(one.pid(), one.program(), one.address()))
                                        .collect(Collectors.joining(", "))));
    }

    /** The sockets on these addresses that the processes hold. */
    static Set<Long> held(ListeningSockets sockets, List<Long> pids, List<BindAddress> addresses) {
        return pids.stream()
                .map(sockets::heldBy)
                .flatMap(held -> addresses.stream().flatMap(address -> held.getOrDefault(address, Set.of()).stream()))
                .collect(Collectors.toSet());
    }
}

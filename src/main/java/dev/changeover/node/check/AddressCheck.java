package dev.changeover.node.check;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.util.List;

/** Who holds the addresses of the file: nobody, a generation of this node, a HAProxy to adopt, or a stranger. */
final class AddressCheck {
    private AddressCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var addresses = host.file().addresses();
        var foreign = host.foreign();
        if (addresses.isEmpty() && foreign.isPresent()) {
            findings.ok(
                    host.fileName(),
                    "HAProxy %d was started with it; 'changeover agent adopt' takes it over"
                            .formatted(foreign.get().worker()));
        } else if (addresses.isEmpty()) {
            findings.warning(
                    host.fileName(),
                    "it has no TCP address that is certain before HAProxy runs",
                    "without one nobody can tell whether another program listens there");
        }
        var sockets = ListeningSockets.now();
        var listeners = sockets.listeners(addresses);
        for (var address : addresses.stream().distinct().toList()) {
            if (sockets.anyOn(address)) {
                var here = listeners.stream()
                        .filter(listener -> listener.address().equals(address))
                        .toList();
                look(host, address, here, findings);
            } else {
                findings.ok(address.toString(), "nobody listens there yet");
            }
        }
        ListeningSockets.elsewhere(addresses)
                .forEach(listener -> findings.warning(
                        listener.address().toString(),
                        "process %d (%s) listens there in another network namespace, such as a container's"
                                .formatted(listener.pid(), listener.program()),
                        "where this is the HAProxy to adopt, run the agent in that namespace"));
    }

    private static void look(
            CheckedHost host, BindAddress address, List<ListeningSockets.Listener> listeners, Findings findings)
            throws IOException, InterruptedException {
        var subject = address.toString();
        if (listeners.isEmpty()) {
            findings.warning(
                    subject, "a process listens there that this user may not see", "run 'sudo changeover agent check'");
        }
        var foreign = host.foreign();
        for (var listener : ListeningSockets.first(listeners)) {
            var ours = host.generations().stream()
                    .filter(live -> live.worker() == listener.pid() || live.master() == listener.pid())
                    .map(Generation::number)
                    .findFirst();
            if (ours.isPresent()) {
                findings.ok(subject, "generation %d of this node listens there".formatted(ours.get()));
            } else if (foreign.filter(proxy -> proxy.isPartOf(listener.pid())).isPresent()) {
                findings.ok(
                        subject,
                        "HAProxy %d (%s) listens there; 'changeover agent adopt' takes it over"
                                .formatted(listener.pid(), listener.program()));
            } else if (listener.isHaproxy()) {
                findings.problem(
                        subject,
                        "HAProxy %d (%s) listens there and is not one that can be adopted for this file"
                                .formatted(listener.pid(), listener.program()),
                        "see what 'changeover agent adopt --dry-run' says of it");
            } else {
                findings.problem(
                        subject,
                        "process %d (%s) listens there".formatted(listener.pid(), listener.program()),
                        "end it, or take the address out of " + host.fileName());
            }
        }
    }
}

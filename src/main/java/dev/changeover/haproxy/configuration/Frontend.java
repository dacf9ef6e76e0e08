package dev.changeover.haproxy.configuration;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A frontend of the operator's configuration.
 *
 * @param addresses every TCP address it listens on; unix sockets are left out
 * @param backends every backend that it names
 */
public record Frontend(String name, List<BindAddress> addresses, Set<String> backends) {

    public Frontend {
        addresses = List.copyOf(addresses);
        backends = Collections.unmodifiableSet(new LinkedHashSet<>(backends));
    }

    Frontend without(Set<String> others) {
        var left = new LinkedHashSet<>(backends);
        left.removeAll(others);
        return new Frontend(name, addresses, left);
    }
}

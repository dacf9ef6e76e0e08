package dev.changeover.node.driver;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator's configuration says that matters for a handover. Whether it is right only a kernel can tell.
 *
 * @param text the file as it is; a difference to what a generation runs is a changed configuration
 * @param variables that it uses and that are set outside of it; a difference is a changed configuration, too
 * @param addresses where clients connect
 * @param backends every backend that clients can reach, in the order of the file
 * @param withoutLogin those of the backends that by their configuration speak another protocol than a database's
 * @param loginIfGreeted those of which it does not say whether they speak a database's protocol
 * @param checkedWithin the longest that a fresh generation may take until it agrees with another one about each server
 * @param acceptsOn how long a generation goes on accepting after it was told to stop
 * @param hardStopAfter after which time the engine cuts everything that is left on a retiring generation
 * @param idleLimits after which time the engine itself cuts idle sessions of a database, by where that is set
 */
public record ProxyConfiguration(
        String text,
        Map<String, String> variables,
        List<InetSocketAddress> addresses,
        List<String> backends,
        List<String> withoutLogin,
        List<String> loginIfGreeted,
        Duration checkedWithin,
        Duration acceptsOn,
        Optional<Duration> hardStopAfter,
        Map<String, Duration> idleLimits) {

    public ProxyConfiguration {
        variables = Map.copyOf(variables);
        addresses = List.copyOf(addresses);
        backends = List.copyOf(backends);
        withoutLogin = List.copyOf(withoutLogin);
        loginIfGreeted = List.copyOf(loginIfGreeted);
    }

    /** An address as people write it, never a looked-up name. */
    public static String written(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}

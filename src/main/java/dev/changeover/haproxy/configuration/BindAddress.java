package dev.changeover.haproxy.configuration;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A TCP address that a frontend listens on.
 *
 * @param host the address; the any-address of its family for {@code *}
 * @param port 1 to 65535
 */
public record BindAddress(InetAddress host, int port) {

    /** What may stand before a TCP address, of a server too, as a pattern. */
    static final String FAMILY = "(?:ipv[46]|(?:mp)?tcp[46]?)@";

    public BindAddress {
        if (port < 1 || port > 65535) throw new IllegalArgumentException("no such port: " + port);
    }

    /** An address as it is written, without its family. */
    public static String bare(String written) {
        return written.replaceFirst("^" + FAMILY, "");
    }

    /**
     * Whether a listener on {@code other} would get, or take, connections meant for this address. The any-address of IPv6
     * is also that of IPv4, as nobody can see whether its listener says {@code v6only}.
     */
    public boolean overlaps(BindAddress other) {
        return port == other.port && (host.equals(other.host) || isAnyFor(other.host) || other.isAnyFor(host));
    }

    private boolean isAnyFor(InetAddress address) {
        return host.isAnyLocalAddress() && (host instanceof Inet6Address || !(address instanceof Inet6Address));
    }

    @Override
    public String toString() {
        return host.getHostAddress() + ":" + port;
    }
}

package dev.changeover.value;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The network that a client's address tells it by: limits and counts by client are by this. An IPv4 address is its own; of
 * IPv6 it is the half of the address that names a network, because one client has all addresses of it.
 */
public final class Network {
    private static final int HALF = 8;

    private Network() {}

    /** Of an address as text, such as {@code 2001:db8:1:2:0:0:0:0/64}; a text that is no address is its own network. */
    public static String of(String address) {
        try {
            return of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException noAddress) {
            return address;
        }
    }

    public static String of(InetAddress address) {
        return address instanceof Inet6Address six ? half(six.getAddress()) + "/64" : address.getHostAddress();
    }

    private static String half(byte[] six) {
        try {
            return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(six, HALF), six.length))
                    .getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package dev.changeover.contact;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** What the names of hosts mean at this moment. A moment later the same name can mean another address. */
@Singleton
public class HostNames {
    /** @throws UnknownHostException if there is no such host */
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }
}

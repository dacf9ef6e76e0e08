package dev.changeover.api.http;

import dev.changeover.api.ApiException;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.netty.util.NetUtil;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names by which callers may call this server: {@code CHANGEOVER_HTTP_NAMES}, what {@code CHANGEOVER_HOST} says,
 * {@code localhost}, every loopback address, and the address to which the caller's connection came. A request that was
 * signed for another server is refused here. Names are compared without case and without their ports, which port
 * forwarding changes.
 */
@Singleton
public final class ServerNames {
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    private final Set<String> names = new TreeSet<>(Set.of("localhost"));

    ServerNames(HttpSettings settings, @Property(name = "changeover.host") @Nullable String host) {
        settings.names().forEach(name -> names.add(plain(name)));
        if (host != null) {
            names.add(plain(host));
        }
        names.remove(""); // what an empty setting says
    }

    /** @throws ApiException 421 if the request's {@code Host} is none of them */
    public void expectOneOfThem(HttpRequest<?> request) {
        var host = request.getHeaders().get(HttpHeaders.HOST, String.class, "");
        if (!isOneOfThem(host, request.getServerAddress().getAddress())) {
            throw new ApiException(
                    ErrorCode.MISDIRECTED,
                    "Host: the request was signed for %s, which is none of this server's names; CHANGEOVER_HTTP_NAMES adds one"
                            .formatted(host));
        }
    }

    /**
     * Whether it is.
     *
     * @param host name or address, perhaps with a port
     * @param here the address to which the connection came
     */
    boolean isOneOfThem(String host, InetAddress here) {
        var name = plain(PORT.matcher(host).replaceFirst(""));
        if (names.contains(name)) {
            return true;
        }
        var address = NetUtil.createInetAddressFromIpAddressString(name); // asks nobody
        return address != null && (address.isLoopbackAddress() || address.equals(here));
    }

    private static String plain(String name) {
        return name.replace("[", "").replace("]", "").replaceFirst("\\.$", "").toLowerCase(Locale.ROOT);
    }
}

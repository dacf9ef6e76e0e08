package dev.changeover.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;

/**
 * How long this server bears with a connection, and how many it has at once. Event streams are not counted as silence:
 * they have an answer under way.
 *
 * @param connections at most so many at once; further ones are closed at once
 * @param connectionsPerAddress of those so many from one address, of IPv6 from one /64
 * @param head a request's line and headers have to be there so long after its first byte; a connection's first one
 *     has to begin so long after the connection
 * @param body its body so long after its headers, and a second more for each MiB that they announce, and an answer's next part has to be taken within this time
 * @param idle a connection without a request ends after this time
 * @param fleetMib the largest file of a fleet, in MiB
 * @param names hosts by which callers call it, without ports, beside those of {@link ServerNames}
 */
@ConfigurationProperties("changeover.http")
record HttpSettings(
        @Bindable(defaultValue = "2000") int connections,
        @Bindable(defaultValue = "200") int connectionsPerAddress,
        @Bindable(defaultValue = "10s") Duration head,
        @Bindable(defaultValue = "60s") Duration body,
        @Bindable(defaultValue = "60s") Duration idle,
        @Bindable(defaultValue = "256") int fleetMib,
        @Bindable(defaultValue = "") List<String> names) {

    HttpSettings {
        require(connections > 0, "CONNECTIONS", connections, "1 or more");
        require(connectionsPerAddress > 0, "CONNECTIONS_PER_ADDRESS", connectionsPerAddress, "1 or more");
        require(fleetMib > 0, "FLEET_MIB", fleetMib, "1 or more");
        require(head.isPositive(), "HEAD", head, "more than 0s");
        require(body.isPositive(), "BODY", body, "more than 0s");
        require(idle.isPositive(), "IDLE", idle, "more than 0s");
    }

    private static void require(boolean allowed, String name, Object value, String range) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_HTTP_%s is %s, and must be %s".formatted(name, value, range));
        }
    }
}

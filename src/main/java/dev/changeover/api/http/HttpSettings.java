package dev.changeover.api.http;

import static dev.changeover.value.Setting.require;

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
        require(connections > 0, "CHANGEOVER_HTTP_CONNECTIONS", connections, "1 or more");
        require(
                connectionsPerAddress > 0,
                "CHANGEOVER_HTTP_CONNECTIONS_PER_ADDRESS",
                connectionsPerAddress,
                "1 or more");
        require(fleetMib > 0, "CHANGEOVER_HTTP_FLEET_MIB", fleetMib, "1 or more");
        require(head.isPositive(), "CHANGEOVER_HTTP_HEAD", head, "more than 0s");
        require(body.isPositive(), "CHANGEOVER_HTTP_BODY", body, "more than 0s");
        require(idle.isPositive(), "CHANGEOVER_HTTP_IDLE", idle, "more than 0s");
    }
}

package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.api.ApiScene;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One address that wants all connections there are. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = "changeover.http.connections-per-address", value = "5")
class AddressesTest {
    private static final String ONE = "127.3.0.1";
    private static final String ANOTHER = "127.3.0.2";

    private final URI server;

    AddressesTest(ApiScene scene) {
        this.server = scene.server;
    }

    @Test
    void an_address_has_so_many_connections_and_others_have_theirs() {
        var open = new ArrayList<RawConnection>();
        try {
            IntStream.range(0, 5).forEach(i -> open.add(RawConnection.from(ONE, server)));
            assertThat(open).allMatch(AddressesTest::isAnswered);

            assertThat(isAnswered(ONE)).isFalse();
            assertThat(isAnswered(ANOTHER)).isTrue();
        } finally {
            open.forEach(RawConnection::close);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> isAnswered(ONE));
    }

    private boolean isAnswered(String address) {
        try (var raw = RawConnection.from(address, server)) {
            return raw.trickle("GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    && raw.untilClosed(Duration.ofMinutes(1)).contains("\"UP\"");
        }
    }

    private static boolean isAnswered(RawConnection raw) {
        return raw.send("GET /health HTTP/1.1\nHost: h\n\n").until("}").contains("\"UP\"");
    }
}

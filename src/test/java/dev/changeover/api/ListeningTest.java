package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.HttpServerConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListeningTest {

    @Test
    void listens_on_loopback_only_as_long_as_there_are_no_credentials() {
        assertThat(hostWith(Map.of())).isEqualTo("127.0.0.1");
    }

    @Test
    void refuses_to_listen_elsewhere() {
        assertThatThrownBy(() -> hostWith(Map.of("changeover.host", "0.0.0.0")))
                .hasMessageContaining("CHANGEOVER_ALLOW_UNAUTHENTICATED=true");
    }

    @Test
    void listens_where_it_is_told_once_it_is_told_to_let_anyone_in() {
        Map<String, Object> allowed = Map.of("changeover.allow-unauthenticated", true);
        Map<String, Object> narrowed = Map.of("changeover.allow-unauthenticated", true, "changeover.host", "10.1.2.3");

        assertThat(hostWith(allowed)).isEqualTo("0.0.0.0");
        assertThat(hostWith(narrowed)).isEqualTo("10.1.2.3");
    }

    @Test
    void takes_its_port_from_our_own_property() {
        try (var context = ApplicationContext.run(Map.of("changeover.port", 4711), "api")) {
            assertThat(context.getBean(HttpServerConfiguration.class).getPort()).contains(4711);
        }
    }

    private static String hostWith(Map<String, Object> properties) {
        try (var context = ApplicationContext.run(properties, "api")) {
            return context.getBean(HttpServerConfiguration.class).getHost().orElse("everywhere");
        }
    }
}

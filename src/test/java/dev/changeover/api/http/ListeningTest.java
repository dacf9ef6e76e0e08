package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.HttpServerConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListeningTest {

    @Test
    void listens_on_this_host_only_unless_it_is_told_otherwise() {
        assertThat(hostWith(Map.of())).isEqualTo("127.0.0.1");
        assertThat(hostWith(Map.of("changeover.host", "0.0.0.0"))).isEqualTo("0.0.0.0");
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

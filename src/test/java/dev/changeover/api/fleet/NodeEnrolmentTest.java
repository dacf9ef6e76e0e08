package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.order.OrderSigner;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeEnrolmentTest {
    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test");
    private final Calls call = Calls.to(server);

    @TempDir
    private Path run;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_token_brings_an_agent_the_key_that_orders_are_signed_with() throws IOException {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");
        var node = server.getApplicationContext()
                .getBean(dev.changeover.inventory.Inventory.class)
                .proxy("x-7")
                .orElseThrow()
                .nodes()
                .getFirst()
                .id();

        var now = server.getApplicationContext().getBean(Clock.class).instant();

        var answer = call.post("/v3/nodes/" + node + "/enrolment", "{}");
        var enrolment = Enrolment.accept(answer.json().path("token").asText(), node, run, now);

        assertThat(enrolment.fingerprint())
                .isEqualTo(answer.json().path("key").asText())
                .isEqualTo(server.getApplicationContext()
                        .getBean(OrderSigner.class)
                        .fingerprint());
        assertThat(call.get("/v3/audit?action=node.enroll")
                        .json()
                        .path("entries")
                        .path(0)
                        .toString())
                .contains(node)
                .doesNotContain(answer.json().path("token").asText());
    }

    @Test
    void a_node_that_is_not_registered_has_no_token() {
        assertThat(call.post("/v3/nodes/nobody/enrolment", "{}").status()).isEqualTo(404);
    }
}

package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.audit.AuditTrail;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.NodeFault;
import dev.changeover.node.OrderRefusal;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusedOrdersTest {
    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test");
    private final ApplicationContext beans = server.getApplicationContext();
    private final Calls call = Calls.to(server);
    private final RefusedOrders orders =
            new RefusedOrders(beans.getBean(AuditTrail.class), beans.getBean(Inventory.class), Clock.systemUTC());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void an_order_that_an_agent_refused_is_in_the_audit_trail_with_its_reason() {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");

        orders.add(refusal("n-1"));

        assertThat(entries()).singleElement().asString().contains("agent of n-1", "UNSIGNED_ORDER", "it is not signed");
    }

    @Test
    void a_flood_of_refusals_is_counted_not_written() {
        for (int i = 0; i < 1000; i++) {
            orders.add(refusal("invented-" + i));
        }

        assertThat(entries()).singleElement().asString().contains("agent of an unknown node");
    }

    /** Said at a time of the sender's choice. */
    private static OrderRefusal refusal(String node) {
        return new OrderRefusal(node, NodeFault.UNSIGNED_ORDER, "it is not signed", Instant.EPOCH, 2);
    }

    private List<JsonNode> entries() {
        return call.get("/v3/audit?action=order.refuse&outcome=refused")
                .json()
                .path("entries")
                .valueStream()
                .toList();
    }
}

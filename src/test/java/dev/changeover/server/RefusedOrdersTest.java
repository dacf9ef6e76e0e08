package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.audit.AuditTrail;
import dev.changeover.node.NodeFault;
import dev.changeover.node.OrderRefusal;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedOrdersTest {
    @Test
    void an_order_that_an_agent_refused_is_in_the_audit_trail_with_its_reason() {
        try (var server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test")) {
            var orders = new RefusedOrders(server.getApplicationContext().getBean(AuditTrail.class));

            orders.add(new OrderRefusal("n-1", NodeFault.UNSIGNED_ORDER, "it is not signed", Instant.now(), 2));

            assertThat(Calls.to(server)
                            .get("/v3/audit?action=order.refuse&outcome=refused")
                            .json()
                            .toString())
                    .contains("agent of n-1", "UNSIGNED_ORDER", "it is not signed");
        }
    }
}

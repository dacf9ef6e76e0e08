package dev.changeover.api.fleet;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.order.OrderSigner;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;

/** Nodes and their agents. */
@Controller("/v3/nodes")
@Tag(name = "Fleet")
record NodeController(Inventory inventory, OrderSigner signer, Clock clock) {
    /** A token with which the node's agent takes up the control plane's key: once, within a day. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("node.enroll")
    @Post("/{node_id}/enrolment")
    EnrolmentToken enroll(@PathVariable("node_id") String nodeId, @Parameter(hidden = true) Change change) {
        var node = inventory.node(nodeId).orElseThrow(() -> ApiException.notFound("node", nodeId));
        change.about(Subject.Kind.NODE, node.id())
                .after("key", signer.fingerprint())
                .announce();
        var now = clock.instant();
        return new EnrolmentToken(
                node.id(),
                Enrolment.token(signer, node.id(), now),
                signer.fingerprint(),
                Times.of(now.plus(Enrolment.GOOD_FOR)));
    }

    /**
     * What an agent's host is told.
     *
     * @param token for {@code changeover agent enroll}
     * @param key names the key that the agent will trust
     * @param goodUntil when the token is of no use any more
     */
    record EnrolmentToken(String nodeId, String token, String key, String goodUntil) {}
}

package dev.changeover.server;

import dev.changeover.audit.AuditEntry;
import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditEntry.Who;
import dev.changeover.audit.AuditTrail;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.OrderRefusal;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Orders that agents refused, as the audit trail has them. An agent says so through Temporal, where others could say it
 * too: a flood is counted for each node like that of refused calls, not written, and all unknown nodes are one. When it
 * was is told by this server's clock.
 */
record RefusedOrders(AuditTrail trail, Inventory inventory, InstantSource clock) {
    static final String ACTION = "order.refuse";

    private static final int FORBIDDEN = 403;

    void add(OrderRefusal refusal) {
        var isKnown = inventory.node(refusal.nodeId()).isPresent();
        var now = clock.instant();
        trail.refused(new AuditEntry(
                UUID.randomUUID().toString(),
                now,
                new Who(isKnown ? "agent of " + refusal.nodeId() : "agent of an unknown node", "", ""),
                new Deed(ACTION, "", ""),
                isKnown ? List.of(new Subject(Subject.Kind.NODE, refusal.nodeId())) : List.of(),
                null,
                new Outcome(
                        now,
                        FORBIDDEN,
                        refusal.fault().name(),
                        Math.max(1, refusal.times()),
                        refusal.reason(),
                        Outcome.NOTHING,
                        Outcome.NOTHING)));
    }
}

package dev.changeover.server;

import dev.changeover.audit.AuditEntry;
import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditEntry.Who;
import dev.changeover.audit.AuditTrail;
import dev.changeover.node.OrderRefusal;
import java.util.List;
import java.util.UUID;

/**
 * Orders that agents refused, as the audit trail has them. An agent says so through Temporal, where others could say it
 * too: a flood is counted like that of refused calls, not written.
 *
 * @param trail where they go
 */
record RefusedOrders(AuditTrail trail) {
    /** The word of such entries. */
    static final String ACTION = "order.refuse";

    private static final int FORBIDDEN = 403;

    void add(OrderRefusal refusal) {
        trail.refused(new AuditEntry(
                UUID.randomUUID().toString(),
                refusal.at(),
                new Who("agent of " + refusal.nodeId(), "", ""),
                new Deed(ACTION, "", ""),
                List.of(new Subject(Subject.Kind.NODE, refusal.nodeId())),
                new Outcome(
                        refusal.at(),
                        FORBIDDEN,
                        refusal.fault().name(),
                        Math.max(1, refusal.times()),
                        refusal.reason(),
                        Outcome.NOTHING,
                        Outcome.NOTHING)));
    }
}

package dev.changeover.removal;

import dev.changeover.campaign.run.PlannedEvents;
import dev.changeover.database.Sql;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.ErrorCode;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes out of Changeover what was registered and is gone. Safe for concurrent use, also by several servers: each removal
 * is one transaction.
 *
 * <ol>
 *   <li>The instance is locked: nothing is registered in it meanwhile.
 *   <li>Its proxies are claimed as upgrades claim them (REQUIREMENTS P2): of a removal and a submission at once the second
 *       waits for the first, and then finds the proxy claimed, or gone.
 *   <li>An upgrade that has not ended refuses it, and so does a campaign that is still to upgrade a proxy, unless an
 *       operator removes it; then its member ends.
 *   <li>The rows go: nodes, proxies, and with an instance or a project its contacts, window and ring. What was asked, done
 *       and told stays (REQUIREMENTS T7).
 * </ol>
 *
 * <p>Nothing is signed for a node without a row, and what its agent tells is not written.
 */
@Singleton
public class Removal {
    private final Sql sql;
    private final TaskLedger ledger;
    private final PlannedEvents events;

    Removal(Sql sql, TaskLedger ledger, PlannedEvents events) {
        this.sql = sql;
        this.ledger = ledger;
        this.events = events;
    }

    /** The ids of what went. */
    public record Removed(List<String> proxies, List<String> nodes) {}

    /** It has to stay for now; the message says why, and what to do. Nothing was changed. */
    public static final class Refused extends RuntimeException {
        private final ErrorCode error;

        Refused(ErrorCode error, String sentence, Object... names) {
            super(sentence.formatted(names) + "; nothing was removed", null, false, false);
            this.error = error;
        }

        public ErrorCode error() {
            return error;
        }
    }

    /**
     * Removes a proxy with its nodes.
     *
     * @param reason for the members of campaigns that end with it
     * @param byOperator whether a campaign that is still to upgrade it has to let it go
     * @return empty if there is no such proxy
     * @throws Refused if it has to stay
     */
    public Optional<Removed> proxy(String proxyId, String reason, boolean byOperator) {
        return sql.together(() -> {
            var instance =
                    sql.first("select instance_id from proxy where id = ?", row -> row.text("instance_id"), proxyId);
            if (instance.isEmpty() || !isLocked("instance", instance.get())) return Optional.empty();
            return Optional.of(remove(List.of(proxyId), reason, byOperator))
                    .filter(removed -> !removed.proxies().isEmpty());
        });
    }

    /** The same of an instance with all its proxies. */
    public Optional<Removed> instance(String instanceId, String reason, boolean byOperator) {
        return sql.together(() -> {
            if (!isLocked("instance", instanceId)) return Optional.empty();
            var removed = remove(ids("proxy where instance_id = ?", instanceId), reason, byOperator);
            sql.change("delete from instance where id = ?", instanceId);
            return Optional.of(removed);
        });
    }

    /**
     * Removes a project that has no instances any more.
     *
     * @return empty if there is no such project
     * @throws Refused if it has any
     */
    public Optional<Removed> project(String projectId) {
        return sql.together(() -> {
            if (!isLocked("project", projectId)) return Optional.empty();
            var instances = ids("instance where project_id = ?", projectId);
            if (!instances.isEmpty()) {
                throw new Refused(
                        ErrorCode.NOT_NOW,
                        "project %s has %d instances, %s among them: remove them first",
                        projectId,
                        instances.size(),
                        instances.getFirst());
            }
            sql.change("delete from project where id = ?", projectId);
            return Optional.of(new Removed(List.of(), List.of()));
        });
    }

    private Removed remove(List<String> proxies, String reason, boolean byOperator) {
        var claim = "removal:" + UUID.randomUUID();
        proxies.forEach(proxy -> claim(proxy, claim));
        ledger.openOf(proxies).stream().findFirst().ifPresent(job -> {
            throw new Refused(
                    ErrorCode.OTHER_RUNNING,
                    "job %s upgrades proxy %s and is in phase %s: cancel it if it waits, else let it end",
                    job.jobId(),
                    job.proxyId(),
                    job.phase());
        });
        leaveCampaigns(proxies, reason, byOperator);
        var gone = proxies.stream().filter(proxy -> isLocked("proxy", proxy)).toList();
        var nodes = new ArrayList<String>();
        for (var proxy : gone) {
            nodes.addAll(ids("node where proxy_id = ?", proxy));
            sql.change("delete from node where proxy_id = ?", proxy);
            sql.change("delete from proxy where id = ?", proxy);
        }
        ledger.releaseProxy(claim);
        return new Removed(gone, nodes);
    }

    private void claim(String proxyId, String claim) {
        var claimant = ledger.claimProxy(proxyId, claim);
        if (!claimant.equals(claim)) {
            throw new Refused(
                    ErrorCode.OTHER_RUNNING,
                    "job %s has proxy %s: cancel it if it waits, else let it end",
                    claimant,
                    proxyId);
        }
    }

    private void leaveCampaigns(List<String> proxies, String reason, boolean byOperator) {
        var planned = events.planned(proxies);
        if (!byOperator && !planned.isEmpty()) {
            throw new Refused(
                    ErrorCode.NOT_NOW,
                    "campaign %s is still to upgrade proxy %s: let it, or ask an operator, who may remove it before that",
                    planned.getFirst().campaignId(),
                    planned.getFirst().proxyId());
        }
        events.leave(planned, "taken out of Changeover: " + reason);
    }

    private boolean isLocked(String table, String id) {
        return sql.exists("select 1 from " + table + " where id = ? for update", id);
    }

    private List<String> ids(String those, String of) {
        return sql.list("select id from " + those + " order by id", row -> row.text("id"), of);
    }
}

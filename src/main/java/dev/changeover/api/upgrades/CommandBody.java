package dev.changeover.api.upgrades;

import static dev.changeover.audit.AuditEntry.Subject.Kind.NODE;
import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Change;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.engine.Upgrades;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of a command to a running upgrade.
 *
 * @param reason why, for the record; needed; one line without control and format characters
 * @param nodeId the held node that is meant, which may be left out where only one is held; or the node whose sessions
 *     are to be closed, otherwise all that retire
 * @param startTime with reschedule: when in the maintenance window to begin; left out: at its next opening
 * @param session with close-remaining and close-one: one session, by the id in the upgrade's holders; needs its node
 * @param count with close-remaining: how many sessions remain, as a confirmation; if there are more, none is closed
 */
record CommandBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason,

        @Nullable String nodeId,
        @Nullable String startTime,
        @Nullable String session,
        @Nullable Integer count) {
    /** Refuses what does not belong to the command, before anything is asked of anybody. */
    CommandBody check(Command command) {
        reasonGiven();
        if (startTime != null && command != Command.RESCHEDULE) {
            throw ApiException.badParameter("start_time", "only reschedule takes one");
        }
        var closes = command == Command.CLOSE_REMAINING;
        if (!closes && (session != null || count != null)) {
            throw ApiException.badParameter(session == null ? "count" : "session", "only close-remaining takes one");
        }
        if (session != null && session.isBlank()) {
            throw ApiException.badParameter("session", "an id as the upgrade's holders have it is needed");
        }
        if (closes && session != null && nodeId == null) {
            throw ApiException.badParameter("node_id", "the node that holds the session is needed");
        }
        if (closes && session == null && (count == null || count < 1)) {
            throw ApiException.badParameter(
                    "count", "how many sessions remain is needed, to confirm that they are meant");
        }
        return this;
    }

    /** The same of the command that closes one session. */
    CommandBody checkOne() {
        reasonGiven();
        if (session == null) {
            throw ApiException.badParameter("session", "an id as the upgrade's holders have it is needed");
        }
        if (count != null) {
            throw ApiException.badParameter("count", "close-one takes none");
        }
        return check(Command.CLOSE_REMAINING);
    }

    /** The audit trail's record of it, also where it is refused. */
    void tell(Change change) {
        change.because(reason);
        if (nodeId != null) {
            change.about(NODE, nodeId);
        }
        if (startTime != null) {
            change.after("start_time", startTime);
        }
        if (session != null) {
            change.after("session", session);
        }
        if (count != null) {
            change.after("count", count);
        }
    }

    CommandAnswer sayTo(Upgrades upgrades, String jobId, Command command, String actor) {
        return switch (command) {
            case RESCHEDULE ->
                upgrades.reschedule(jobId, Times.parameter("start_time", startTime), reasonGiven(), actor);
            case CLOSE_REMAINING -> {
                checkNode(upgrades, jobId);
                yield upgrades.closeRemaining(jobId, nodeId, session, count == null ? 1 : count, reasonGiven(), actor);
            }
            case PAUSE, RESUME, RETRY, SKIP, STOP, START_NOW, CANCEL ->
                upgrades.command(jobId, command, nodeId, reasonGiven(), actor);
        };
    }

    /** A slip in the name would close nothing, and look as if it had. */
    private void checkNode(Upgrades upgrades, String jobId) {
        var nodes = upgrades.view(jobId)
                .orElseThrow(() -> ApiException.noSuchJob(jobId))
                .progress()
                .nodes();
        if (nodeId != null
                && nodes.stream().noneMatch(node -> node.node().nodeId().equals(nodeId))) {
            throw ApiException.badParameter("node_id", "%s is no node of this upgrade".formatted(nodeId));
        }
    }

    private String reasonGiven() {
        return Parameters.reason(reason);
    }
}

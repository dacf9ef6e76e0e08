package dev.changeover.api.upgrades;

import static dev.changeover.audit.AuditEntry.Subject.Kind.PROXY;
import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.inventory.Node;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.engine.LostUpgrades;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upgrades that only one of ledger and Temporal knows, as after the loss or the restore of one of them. */
@Controller("/v3/repair")
@Tag(name = "Fleet")
record RepairController(LostUpgrades lost) {
    /** The upgrades that are lost, of every project, and what their nodes run; at most 500. Changes nothing. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get
    LostList list(
            @Parameter(
                            description = "whether the nodes' agents are asked now, for at most 45 s (false)",
                            schema = @Schema(type = "boolean"))
                    @QueryValue("look")
                    @Nullable String look) {
        return new LostList(lost.find(Parameters.flag("look", look)).stream()
                .map(LostAnswer::of)
                .toList());
    }

    /** Ends an upgrade that is lost; its nodes stay as they are. 409 when it is not lost: then nothing was changed. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action("repair.end")
    @Post("/{job_id}/end")
    LostAnswer end(
            @PathVariable("job_id") String jobId,
            @Body RepairBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        body.tell(change);
        return LostAnswer.of(lost.end(body.proxy(), jobId, body.given(), caller.toString()));
    }

    /**
     * Ends an upgrade that is lost, and asks for the same from what its nodes run now: a new job, with all its prechecks.
     * 409 when it is not lost: then nothing was changed.
     */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action("repair.begin")
    @Post("/{job_id}/begin")
    BegunAnswer begin(
            @PathVariable("job_id") String jobId,
            @Body RepairBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        body.tell(change);
        var begun = BegunAnswer.of(lost.begin(body.proxy(), jobId, body.given(), caller.toString()));
        change.after("job", begun.jobId());
        return begun;
    }

    /**
     * An operator's word.
     *
     * @param proxyId of the upgrade, as the list has it
     * @param reason why, for the record; needed; one line without control and format characters
     */
    record RepairBody(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String proxyId,

            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason) {
        private void tell(Change change) {
            change.because(reason).about(PROXY, proxy());
            given();
            change.announce();
        }

        private String given() {
            return Parameters.reason(reason);
        }

        private String proxy() {
            if (proxyId == null || proxyId.isBlank()) {
                throw ApiException.badParameter("proxy_id", "the proxy of the upgrade is needed");
            }
            return proxyId;
        }
    }

    /** The upgrades that are lost. */
    record LostList(List<LostAnswer> upgrades) {}

    /**
     * An upgrade that is lost.
     *
     * @param why NOT_IN_TEMPORAL, NOT_IN_LEDGER or ENDED_IN_LEDGER
     * @param sentence the same for people
     * @param projectId null, like the versions and the phase, where neither ledger nor Temporal says more
     * @param phase in which it was
     * @param nodes of its proxy, as last seen; none where the inventory does not know the proxy
     */
    record LostAnswer(
            String jobId,
            String proxyId,
            String why,
            String sentence,
            @Nullable String projectId,
            @Nullable String phase,
            @Nullable String sourceVersion,
            @Nullable String targetVersion,
            List<LostNode> nodes) {
        static LostAnswer of(LostUpgrades.Lost lost) {
            var progress = lost.progress();
            return new LostAnswer(
                    lost.jobId(),
                    lost.proxyId(),
                    lost.why().name(),
                    lost.why().words(),
                    progress == null ? null : progress.request().projectId(),
                    progress == null ? null : progress.phase().name(),
                    progress == null ? null : progress.from().toString(),
                    progress == null ? null : progress.target().toString(),
                    lost.nodes().stream().map(LostNode::of).toList());
        }
    }

    /**
     * A node, and the version that serves on it.
     *
     * @param observedAt when its agent said so; null where none has
     */
    record LostNode(
            String id,
            String name,
            String role,
            String version,
            String status,
            @Nullable String observedAt) {
        static LostNode of(Node node) {
            return new LostNode(
                    node.id(),
                    node.name(),
                    node.role().name(),
                    node.version().toString(),
                    node.status().name(),
                    Times.ofNullable(node.observedAt()));
        }
    }

    /**
     * The lost upgrade has ended.
     *
     * @param jobId of the one that was asked for in its place
     * @param refusal what speaks against that one; empty when it was admitted
     */
    record BegunAnswer(LostAnswer ended, String jobId, String refusal) {
        static BegunAnswer of(LostUpgrades.BegunAnew begun) {
            return new BegunAnswer(
                    LostAnswer.of(begun.ended()),
                    begun.admission().jobId(),
                    begun.admission() instanceof Admission.Refused refused ? Check.sentences(refused.blockers()) : "");
        }
    }
}

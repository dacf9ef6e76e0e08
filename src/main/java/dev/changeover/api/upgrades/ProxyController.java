package dev.changeover.api.upgrades;

import static dev.changeover.audit.AuditEntry.Subject.Kind.JOB;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.caller.SignedCalls;
import dev.changeover.api.fleet.GaussProxyList;
import dev.changeover.api.fleet.ProxyList;
import dev.changeover.api.signature.Idempotent;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.Upgrades;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestAttribute;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The proxies of an instance: what they run, and their upgrade. */
@Controller("/v3/{project_id}/instances/{instance_id}")
@Tag(name = "Proxies")
record ProxyController(Ownership ownership, Inventory inventory, Upgrades upgrades, UpgradeSettings settings) {
    private static final Set<String> ENGINES = Set.of("taurusproxy", "haproxy");

    private static final int MOST_PROXIES = 100;

    /** The proxies of an instance with their nodes, as they were last seen. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxy-list")
    ProxyList proxies(@PathVariable("project_id") String projectId, @PathVariable("instance_id") String instanceId) {
        var instance = ownership.instance(projectId, instanceId);
        return ProxyList.of(instance, inventory.proxiesOf(instance.id()));
    }

    /** The same as GaussDB's programs ask for it. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxies")
    GaussProxyList gaussProxies(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, 10, MOST_PROXIES);
        var instance = ownership.instance(projectId, instanceId);
        return GaussProxyList.of(
                instance,
                inventory.proxiesOf(instance.id()).stream()
                        .skip(part.offset())
                        .limit(part.limit())
                        .toList());
    }

    /** The versions of all proxies of an instance, and whether each can be upgraded. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxy/engine-version")
    EngineVersions versions(
            @PathVariable("project_id") String projectId, @PathVariable("instance_id") String instanceId) {
        var instance = ownership.instance(projectId, instanceId);
        return new EngineVersions(inventory.proxiesOf(instance.id()).stream()
                .map(proxy -> EngineVersions.Entry.of(proxy, ProxyVersion.of(upgrades.advice(proxy.id()), settings)))
                .toList());
    }

    /**
     * The effect of an upgrade: every precheck, the nodes in order, the estimate, the opening, sessions. Starts
     * nothing.
     */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxy/{proxy_id}/upgrade-plan")
    PlanAnswer plan(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @PathVariable("proxy_id") String proxyId,
            @Parameter(schema = @Schema(type = "boolean")) @QueryValue("is_delayed") @Nullable String isDelayed) {
        var inWindow = Parameters.flag("is_delayed", isDelayed);
        var proxy = ownership.proxy(projectId, instanceId, proxyId);
        return PlanAnswer.of(upgrades.plan(proxy.id()), inWindow, settings);
    }

    /** The version a proxy runs, the newest one, and whether it can be upgraded. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxy/{proxy_id}/{engine_name}/proxy-version")
    ProxyVersion version(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @PathVariable("proxy_id") String proxyId,
            @PathVariable("engine_name") String engineName) {
        if (!ENGINES.contains(engineName)) {
            throw ApiException.badParameter("engine_name", "taurusproxy or haproxy is needed");
        }
        var proxy = ownership.proxy(projectId, instanceId, proxyId);
        return ProxyVersion.of(upgrades.advice(proxy.id()), settings);
    }

    /**
     * Upgrades a proxy upon submission, or in the maintenance window. The same Idempotency-Key gets the same job and
     * answer, and so does a signed request that is sent again as it is.
     */
    @Idempotent
    @Secured(Permission.MODIFY_PROXY)
    @Action("upgrade.submit")
    @Post("/proxy/{proxy_id}/upgrade-version")
    UpgradeAccepted upgrade(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @PathVariable("proxy_id") String proxyId,
            @Header("Idempotency-Key") @Nullable String key,
            @Parameter(hidden = true) @RequestAttribute(SignedCalls.SIGNATURE) @Nullable String signature,
            @Body UpgradeBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var proxy = ownership.proxy(projectId, instanceId, proxyId);
        var submission = body.submission(projectId, proxy, key == null ? signature : key, caller.toString());
        change.before("version", proxy.version())
                .after("target_version", submission.target())
                .after("is_delayed", submission.scheduled());
        if (submission.acceptLostStickiness()) change.after("accept_lost_stickiness", true);
        return switch (upgrades.submit(submission)) {
            case Admission.Admitted admitted -> {
                change.about(JOB, admitted.jobId());
                yield UpgradeAccepted.of(instanceId, admitted.jobId());
            }
            case Admission.Refused refused -> {
                change.about(JOB, refused.jobId());
                throw byPrechecks(refused.jobId(), refused.blockers());
            }
        };
    }

    /** The first one's code, every one's sentence. */
    private static ApiException byPrechecks(String jobId, List<Check> blockers) {
        return new ApiException(blockers.getFirst().blocker().error(), Check.sentences(blockers), jobId);
    }
}

package dev.changeover.api.fleet;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.caller.ProjectIsolation;
import dev.changeover.api.fleet.FleetAnswers.InstanceInfo;
import dev.changeover.api.fleet.FleetAnswers.Instances;
import dev.changeover.api.fleet.FleetAnswers.Projects;
import dev.changeover.api.fleet.FleetAnswers.ProxyAnywhere;
import dev.changeover.api.fleet.FleetAnswers.Registered;
import dev.changeover.api.fleet.FleetAnswers.RemovalBody;
import dev.changeover.api.http.LongBodies;
import dev.changeover.inventory.FleetExport;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Proxy;
import dev.changeover.removal.Removal;
import dev.changeover.removal.Removal.Removed;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskPage;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fleet of every project that the caller may see, and its registration. */
@Controller("/v3")
@Tag(name = "Fleet")
record FleetController(
        Ownership ownership,
        Inventory inventory,
        FleetExport fleetExport,
        Removal removal,
        TaskLedger ledger,
        LongBodies bodies,
        Clock clock) {
    /** How many entries of a list are shown; the program on the command line asks for the most. */
    private static final int UNSAID = 100;

    private static final int MOST = 1000;

    /** The projects that the caller may see, or those of a name. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/projects")
    Projects projects(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable String name,
            @Parameter(description = "how many are left out (0)") @QueryValue @Nullable String offset,
            @Parameter(description = "1 to 1000 (100)") @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, UNSAID, MOST);
        var seen = inventory.projects().stream()
                .filter(project -> caller.sees(project.id()))
                .filter(project -> name == null || project.name().equals(name))
                .toList();
        return new Projects(
                seen.stream().skip(part.offset()).limit(part.limit()).toList(), seen.size());
    }

    /** The instances of a project by their ids, with their proxies; or that of an id, or those of a name. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/{project_id}/instances")
    Instances instances(
            @PathVariable("project_id") String projectId,
            @QueryValue @Nullable String id,
            @QueryValue @Nullable String name,
            @Parameter(description = "how many are left out (0)") @QueryValue @Nullable String offset,
            @Parameter(description = "1 to 1000 (100)") @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, UNSAID, MOST);
        var project = ownership.project(projectId);
        var page = inventory.instances(new Instance.Query(project.id(), id, name, part.offset(), part.limit()));
        var open = openOf(page.entries().stream().flatMap(entry -> entry.proxies().stream()));
        return Instances.of(page, clock.instant(), catalogue(), open);
    }

    /** An instance of any project that the caller may see, with its proxies. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/instances/{instance_id}")
    InstanceInfo instance(@PathVariable("instance_id") String instanceId) {
        var instance = inventory
                .instance(instanceId)
                .filter(it -> ProjectIsolation.shows(it.projectId()))
                .orElseThrow(() -> ApiException.notFound("instance", instanceId));
        var proxies = inventory.proxiesOf(instance.id());
        return InstanceInfo.of(
                instance,
                proxies,
                clock.instant(),
                catalogue(),
                openOf(proxies.stream()),
                inventory.nodesOf(instance.id()));
    }

    /** Upgrades that have not ended, newest first, by their proxies; read at once. */
    private Map<String, List<TaskPage.Line>> openOf(Stream<Proxy> proxies) {
        return ledger.openOf(proxies.map(Proxy::id).toList()).stream()
                .collect(Collectors.groupingBy(TaskPage.Line::proxyId));
    }

    /** Asked once for an engine. */
    private Function<String, List<Kernel>> catalogue() {
        var known = new HashMap<String, List<Kernel>>();
        return engine -> known.computeIfAbsent(engine, inventory::kernels);
    }

    /** The nodes of all projects as they were last seen, with what their agents found: those with problems first. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/nodes")
    NodeAnswers.Nodes nodes(
            @Parameter(description = "how many are left out (0)") @QueryValue @Nullable String offset,
            @Parameter(description = "1 to 1000 (100)") @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, UNSAID, MOST);
        return NodeAnswers.Nodes.of(inventory.nodes(part.offset(), part.limit()));
    }

    /** A proxy of any project that the caller may see, and where it belongs. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/proxies/{proxy_id}")
    ProxyAnywhere proxy(@PathVariable("proxy_id") String proxyId) {
        var proxy = inventory.proxy(proxyId).orElseThrow(() -> ApiException.notFound("proxy", proxyId));
        var instance = inventory.instance(proxy.instanceId()).orElseThrow();
        if (!ProjectIsolation.shows(instance.projectId())) {
            throw ApiException.notFound("proxy", proxyId);
        }
        return new ProxyAnywhere(instance.projectId(), instance.id(), instance.name(), ProxyList.ProxyInfo.of(proxy));
    }

    /** The whole fleet as a file that registers it again, contacts and rings included. */
    @Secured(Permission.MANAGE_KERNELS)
    @Get(value = "/fleet", produces = Yaml.TYPE)
    @ApiResponse(responseCode = "200", content = @Content(mediaType = Yaml.TYPE, schema = @Schema(type = "object")))
    String export() {
        return fleetExport.yaml();
    }

    /**
     * Adds or replaces projects, instances, proxies and nodes: all of the file or nothing, in one transaction. The
     * file is read as it comes and may have 256 MiB (`CHANGEOVER_HTTP_FLEET_MIB`); with a signed request 4.
     */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("fleet.register")
    @Post("/fleet")
    @Consumes({Yaml.TYPE, Yaml.OLD_TYPE, Yaml.TEXT_TYPE, Yaml.JSON})
    Registered register(HttpRequest<?> request, @Body InputStream file, @Parameter(hidden = true) Change change) {
        return Yaml.accept(() -> {
            var fleet = bodies.<Inventory.Fleet>read(request, file, text -> FleetFile.read(Yaml.format(request), text));
            FleetAnswers.tell(fleet, inventory, change);
            change.announce();
            inventory.register(fleet);
            return Registered.of(fleet);
        });
    }

    /**
     * Takes a proxy that is gone out of Changeover, with its nodes; what was asked and done stays in the lists. 409 while an
     * upgrade of it has not ended; for its owner also while a campaign is still to upgrade it, in which it is cancelled when
     * an operator removes it.
     */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("proxy.remove")
    @Delete("/{project_id}/instances/{instance_id}/proxies/{proxy_id}")
    Removed removeProxy(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @PathVariable("proxy_id") String proxyId,
            @Body RemovalBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var proxy = ownership.proxy(projectId, instanceId, proxyId);
        body.tell(change, proxy.name(), List.of(proxy));
        return removal.proxy(proxyId, body.given(), caller.isOperator())
                .orElseThrow(() -> ApiException.notFound("proxy", proxyId));
    }

    /** The same of an instance with all its proxies, its contacts, its window and its ring. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("instance.remove")
    @Delete("/{project_id}/instances/{instance_id}")
    Removed removeInstance(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body RemovalBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var instance = ownership.instance(projectId, instanceId);
        body.tell(change, instance.name(), inventory.proxiesOf(instanceId));
        return removal.instance(instanceId, body.given(), caller.isOperator())
                .orElseThrow(() -> ApiException.notFound("instance", instanceId));
    }

    /** Takes a project out of Changeover, with its contacts. 409 while it has instances. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("project.remove")
    @Delete("/projects/{project_id}")
    Removed removeProject(
            @PathVariable("project_id") String projectId,
            @Body RemovalBody body,
            @Parameter(hidden = true) Change change) {
        var project = ownership.project(projectId);
        body.tell(change, project.name(), List.of());
        return removal.project(projectId).orElseThrow(() -> ApiException.notFound("project", projectId));
    }
}

package dev.changeover.api.fleet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.fleet.FleetAnswers.InstanceInfo;
import dev.changeover.api.fleet.FleetAnswers.ProxyAnywhere;
import dev.changeover.inventory.FileFormat;
import dev.changeover.inventory.FileRefused;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.StringReader;
import java.util.List;
import java.util.function.Consumer;

/** Registration of one instance or proxy: its entry of a fleet file, in JSON, is read and written as that file is. */
@Controller("/v3/{project_id}/instances")
@Tag(name = "Fleet")
record RegistrationController(Ownership ownership, Inventory inventory, FleetController fleet) {

    /** Registers an instance, with what its entry has; 409 where there is one of this id already. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("fleet.register")
    @Post
    InstanceInfo addInstance(
            @PathVariable("project_id") String projectId,
            @Body ObjectNode entry,
            @Parameter(hidden = true) Change change) {
        ownership.project(projectId);
        var read = read(projectId, entry);
        register(read, met -> isNew("instance", met), change);
        return fleet.instance(read.instances().getFirst().id());
    }

    /** Lets an instance be as its entry says; what that does not name stays as it is, its proxies too. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("fleet.register")
    @Put("/{instance_id}")
    InstanceInfo changeInstance(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body ObjectNode entry,
            @Parameter(hidden = true) Change change) {
        ownership.instance(projectId, instanceId);
        var read = read(projectId, entry);
        if (!read.instances().getFirst().id().equals(instanceId)) {
            throw ApiException.badParameter("id", "the one of the path is needed, " + instanceId);
        }
        register(
                read,
                met -> {
                    if (met.isEmpty()) throw ApiException.notFound("instance", instanceId);
                },
                change);
        return fleet.instance(instanceId);
    }

    /** Registers a proxy with its nodes; 409 where there is one of this id already. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("fleet.register")
    @Post("/{instance_id}/proxy")
    ProxyAnywhere addProxy(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body ObjectNode entry,
            @Parameter(hidden = true) Change change) {
        ownership.instance(projectId, instanceId);
        var instance = JsonNodeFactory.instance.objectNode().put("id", instanceId);
        instance.putArray("proxies").add(entry);
        var proxies = read(projectId, instance).proxies();
        register(new Fleet(List.of(), List.of(), proxies), met -> isNew("proxy", met), change);
        return fleet.proxy(proxies.getFirst().id());
    }

    /** A fleet of nothing but the instance. */
    private static Fleet read(String projectId, ObjectNode instance) {
        var file = JsonNodeFactory.instance.objectNode();
        var project = file.putArray("projects").addObject().put("id", projectId).put("region", "as it is");
        project.putArray("instances").add(instance);
        try {
            var read = FleetFile.read(FileFormat.JSON, new StringReader(file.toString()));
            return new Fleet(
                    List.of(),
                    read.instances(),
                    read.proxies(),
                    read.statuses(),
                    read.windows(),
                    read.contacts(),
                    read.rings());
        } catch (FileRefused wrong) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, wrong.sentences());
        }
    }

    private static void isNew(String kind, List<String> met) {
        if (!met.isEmpty()) {
            throw new ApiException(ErrorCode.TAKEN, "%s '%s' exists already".formatted(kind, met.getFirst()));
        }
    }

    private void register(Fleet entry, Consumer<List<String>> met, Change change) {
        FleetAnswers.tell(entry, inventory, change);
        change.announce();
        Yaml.accept(() -> {
            inventory.register(entry, met);
            return entry;
        });
    }
}

package dev.changeover.api.caller;

import dev.changeover.api.ApiException;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import jakarta.inject.Singleton;

/** Finds what a path names. Things of another project do not exist for this one (REQUIREMENTS S18, S19). */
@Singleton
public final class Ownership {
    private final Inventory inventory;
    private final TaskLedger ledger;

    Ownership(Inventory inventory, TaskLedger ledger) {
        this.inventory = inventory;
        this.ledger = ledger;
    }

    public Project project(String projectId) {
        return inventory.project(projectId).orElseThrow(() -> ApiException.notFound("project", projectId));
    }

    public Instance instance(String projectId, String instanceId) {
        return inventory
                .instance(instanceId)
                .filter(instance -> isIn(projectId, instance.projectId()))
                .orElseThrow(() -> ApiException.notFound("instance", instanceId));
    }

    public Proxy proxy(String projectId, String instanceId, String proxyId) {
        var instance = instance(projectId, instanceId);
        return inventory
                .proxy(proxyId)
                .filter(proxy -> isOf(instance, proxy))
                .orElseThrow(() -> ApiException.notFound("proxy", proxyId));
    }

    /** Another instance's may be another project's, which the audit trail has to know. */
    private boolean isOf(Instance instance, Proxy proxy) {
        if (proxy.instanceId().equals(instance.id())) {
            return true;
        }
        inventory.instance(proxy.instanceId()).ifPresent(other -> ProjectIsolation.shows(other.projectId()));
        return false;
    }

    private static boolean isIn(String projectId, String actual) {
        return ProjectIsolation.shows(actual) && actual.equals(projectId);
    }

    public Task task(String projectId, String jobId) {
        return ledger.task(jobId)
                .filter(task -> isIn(projectId, task.projectId()))
                .orElseThrow(() -> ApiException.noSuchJob(jobId));
    }
}

package dev.changeover.api.upgrades;

import java.util.List;

/** The published answer to an upgrade request: {@code workflow_id} is the job id. */
record UpgradeAccepted(List<Accepted> updateResult) {

    static UpgradeAccepted of(String instanceId, String jobId) {
        return new UpgradeAccepted(List.of(new Accepted(instanceId, jobId, "ACCEPT", "")));
    }

    /** One instance of the request; there is always exactly one. */
    record Accepted(String instanceId, String workflowId, String state, String errorMessage) {}
}

package dev.changeover.upgrade;

import java.time.Instant;

/** What was asked for, for tests that need no Temporal. */
final class Requests {
    private Requests() {}

    static UpgradeRequest of(String jobId) {
        return of(jobId, Scene.PROXY);
    }

    static UpgradeRequest of(String jobId, String proxyId) {
        return new UpgradeRequest(
                jobId,
                Scene.PROJECT,
                Scene.INSTANCE,
                proxyId,
                ScriptedNodes.OLD,
                ScriptedNodes.NEW,
                false,
                "carol",
                null,
                "body",
                Instant.EPOCH,
                UpgradeSettings.DEFAULT);
    }
}

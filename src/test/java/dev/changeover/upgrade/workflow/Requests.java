package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeSettings;
import java.time.Instant;

/** What was asked for, for tests that need no Temporal. */
public final class Requests {
    private Requests() {}

    public static UpgradeRequest of(String jobId) {
        return of(jobId, Scene.PROXY);
    }

    public static UpgradeRequest of(String jobId, String proxyId) {
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
                UpgradeSettings.DEFAULT,
                false,
                null,
                null);
    }
}

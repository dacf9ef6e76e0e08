package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The effect of an upgrade of a proxy.
 *
 * @param running the catalogue's entry of the version that the proxy runs; empty where it has none
 * @param target the newest ACTIVE version that has a package; empty when the catalogue has none, or an older one only
 * @param checks the central prechecks, and in a plan the nodes' too, with their verdicts
 * @param plan empty when there is no target
 * @param schedule when it would begin if it waited for the maintenance window
 * @param releaseNotes of every version after the current one up to the target, newest first (REQUIREMENTS S2)
 * @param nodes what the agents said, in a plan; empty otherwise
 */
public record UpgradeAdvice(
        KernelVersion current,
        Optional<Kernel> running,
        Optional<KernelVersion> target,
        List<Check> checks,
        Optional<UpgradePlan> plan,
        Duration estimate,
        Schedule schedule,
        List<Kernel> releaseNotes,
        List<InspectWorkflow.NodeSight> nodes) {

    /** Whether nothing speaks against it. */
    public boolean canUpgrade() {
        return checks.stream().allMatch(Check::passed);
    }
}

package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Progress;
import java.util.List;

/** Upgrades without a workflow, as others find them in the ledger. */
public record OtherJobs(Inventory inventory, TaskLedger ledger) {
    /** One that was admitted, and changes its instance. */
    public void admitted(Progress progress) {
        ledger.claim(progress.request().instanceId(), progress.request().jobId());
        is(progress);
    }

    /** It is there now. */
    public void is(Progress progress) {
        new UpgradeRecords(inventory, ledger).write(progress, List.of());
    }
}

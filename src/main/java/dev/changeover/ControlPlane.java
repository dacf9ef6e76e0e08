package dev.changeover;

import dev.changeover.inventory.Inventory;
import dev.changeover.task.TaskLedger;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalSettings;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.LedgerActivities;
import dev.changeover.upgrade.ProxyInspection;
import dev.changeover.upgrade.RollingUpgrade;
import dev.changeover.upgrade.StrandedUpgrades;
import dev.changeover.upgrade.TemporalCalls;
import dev.changeover.upgrade.TemporalUpgrades;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.Upgrades;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.temporal.common.converter.DefaultDataConverter;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Wires the control plane: the one place where Temporal, database and upgrades meet. */
@Factory
final class ControlPlane {

    @Singleton
    @Bean(preDestroy = "close")
    TemporalConnection connection(TemporalSettings settings, MeterRegistry registry) {
        return TemporalConnection.open(settings, DefaultDataConverter.STANDARD_INSTANCE, registry);
    }

    @Singleton
    LedgerActivities records(Inventory inventory, TaskLedger ledger) {
        return new LedgerActivities(inventory, ledger);
    }

    @Singleton
    TemporalCalls calls(TemporalConnection connection) {
        return new TemporalCalls(connection::client);
    }

    @Singleton
    Upgrades upgrades(TemporalCalls calls, Inventory inventory, TaskLedger ledger, UpgradeSettings settings) {
        return new TemporalUpgrades(calls, inventory, ledger, settings, Clock.systemUTC());
    }

    @Singleton
    StrandedUpgrades stranded(TemporalCalls calls, Inventory inventory, TaskLedger ledger) {
        return new StrandedUpgrades(calls, inventory, ledger, Clock.systemUTC());
    }

    @Context
    @Bean(preDestroy = "close")
    TemporalWorkers workers(TemporalConnection connection, LedgerActivities records) {
        return TemporalWorkers.on(connection)
                .queue(UpgradeWorkflow.QUEUE, TemporalWorkers.SHARED_QUEUE, (worker, options) -> {
                    worker.registerWorkflowImplementationTypes(options, RollingUpgrade.class, ProxyInspection.class);
                    worker.registerActivitiesImplementations(records);
                })
                .start();
    }
}

package dev.changeover.server;

import static java.util.Objects.requireNonNull;

import dev.changeover.access.KeyFile;
import dev.changeover.audit.AuditTrail;
import dev.changeover.campaign.run.CampaignActivities;
import dev.changeover.campaign.run.CampaignWorkflow;
import dev.changeover.campaign.run.WaveCampaign;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TemporalHome;
import dev.changeover.telemetry.Tracing;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalSettings;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.temporal.WorkflowProbe;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.AgentReports;
import dev.changeover.upgrade.engine.ForcedUpgrades;
import dev.changeover.upgrade.engine.LedgerActivities;
import dev.changeover.upgrade.engine.LostUpgrades;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.TemporalUpgrades;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.workflow.ProxyInspection;
import dev.changeover.upgrade.workflow.RollingUpgrade;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.temporal.worker.WorkerOptions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Wires the control plane: the one place where Temporal, database and upgrades meet. */
@Factory
final class ControlPlane {
    /** A little less than a call to Temporal may take, so that its reason is told. */
    private static final Duration ADMITTED = Duration.ofSeconds(9);

    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /**
     * {@code changeover.key-file}, else {@code secret.key} in the data directory; at once, for without it nobody can
     * call.
     */
    @Context
    @Requires(notEnv = TemporalMove.DATABASE_ALONE)
    KeyFile keyFile(ServerSettings settings) {
        return KeyFile.at(settings.file(settings.keyFile(), "secret.key"));
    }

    @Singleton
    Tracing tracing() {
        return Tracing.of(System.getenv(), "server");
    }

    @Singleton
    @Bean(preDestroy = "close")
    TemporalConnection connection(
            TemporalSettings settings, MeterRegistry registry, TemporalHome home, Tracing tracing) {
        return TemporalConnection.open(settings, registry, new OneTemporal(home), tracing);
    }

    @Singleton
    WorkflowProbe probe(TemporalConnection connection, Clock clock) {
        return new WorkflowProbe(connection, clock);
    }

    @Singleton
    OrderSigner signer(SigningKeys keys) {
        return OrderSigner.changing(keys::present);
    }

    @Singleton
    LedgerActivities records(
            Inventory inventory, TaskLedger ledger, OrderSigner signer, ForcedUpgrades forced, Clock clock) {
        return new LedgerActivities(inventory, ledger, signer, forced, clock);
    }

    @Singleton
    AgentReports reports(Inventory inventory, TaskLedger ledger, TemporalCalls calls, AuditTrail trail, Clock clock) {
        return new AgentReports(inventory, ledger, calls, new RefusedOrders(trail, inventory, clock)::add);
    }

    @Singleton
    TemporalCalls calls(TemporalConnection connection, ServerSettings settings) {
        return new TemporalCalls(
                () -> {
                    try {
                        return connection.admittedClient(ADMITTED);
                    } catch (IllegalStateException notAdmitted) {
                        throw new Upgrades.TemporalUnavailable(requireNonNull(notAdmitted.getMessage()), notAdmitted);
                    }
                },
                settings.namespacePage(connection));
    }

    @Singleton
    Upgrades upgrades(
            TemporalCalls calls,
            Inventory inventory,
            TaskLedger ledger,
            OrderSigner signer,
            UpgradeSettings settings,
            ForcedUpgrades forced,
            Clock clock) {
        return new TemporalUpgrades(calls, inventory, ledger, signer, settings, forced, clock);
    }

    @Singleton
    OrphanedUpgrades orphaned(TemporalCalls calls, Inventory inventory, TaskLedger ledger, Clock clock) {
        return new OrphanedUpgrades(calls, inventory, ledger, clock);
    }

    @Singleton
    LostUpgrades lost(TemporalCalls calls, Inventory inventory, TaskLedger ledger, Upgrades upgrades, Clock clock) {
        return new LostUpgrades(calls, inventory, ledger, upgrades, clock);
    }

    @Context
    @Requires(notEnv = TemporalMove.DATABASE_ALONE)
    @Bean(preDestroy = "close")
    TemporalWorkers workers(
            TemporalConnection connection,
            LedgerActivities records,
            AgentReports reports,
            CampaignActivities campaigns,
            OneBuild build) {
        var workers = TemporalWorkers.on(connection)
                .as(build.id())
                .queue(UpgradeWorkflow.QUEUE, TemporalWorkers.SHARED_QUEUE, (worker, options) -> {
                    worker.registerWorkflowImplementationTypes(options, RollingUpgrade.class, ProxyInspection.class);
                    worker.registerActivitiesImplementations(records, reports);
                })
                .queue(CampaignWorkflow.QUEUE, WorkerOptions.getDefaultInstance(), (worker, options) -> {
                    worker.registerWorkflowImplementationTypes(options, WaveCampaign.class);
                    worker.registerActivitiesImplementations(campaigns);
                })
                .queue(WorkflowProbe.QUEUE, WorkflowProbe.OPTIONS, WorkflowProbe::answeredBy);
        build.leads(workers);
        return workers.start();
    }
}

package dev.changeover.upgrade;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A proxy of three nodes, a Temporal with skipped time, and scripted agents. Any Throwable in a workflow fails it. */
final class Scene implements AutoCloseable {
    static final String PROXY = "px-1";

    final MemoryInventory inventory = new MemoryInventory();
    final MemoryLedger ledger = new MemoryLedger();
    final ScriptedNodes nodes = new ScriptedNodes();
    final TestWorkflowEnvironment temporal;
    final TemporalUpgrades upgrades;

    Scene() {
        this(WorkerFactoryOptions.getDefaultInstance());
    }

    Scene(WorkerFactoryOptions workers) {
        temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(workers)
                .registerSearchAttribute("ProxyId", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("InstanceId", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("ProjectId", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("UpgradePhase", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("TargetVersion", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .build());
        var failFast = WorkflowImplementationOptions.newBuilder()
                .setFailWorkflowExceptionTypes(Throwable.class)
                .build();
        var worker = temporal.newWorker(UpgradeWorkflow.QUEUE);
        worker.registerWorkflowImplementationTypes(failFast, RollingUpgrade.class, ProxyInspection.class);
        worker.registerActivitiesImplementations(new LedgerActivities(inventory, ledger));
        for (var id : List.of("n1", "n2", "n3")) {
            temporal.newWorker("node:" + id).registerActivitiesImplementations(nodes);
        }
        inventory.register(new Inventory.Fleet(
                List.of(new Project("p-1", "shop", "eu-de")),
                List.of(new Instance("in-1", "p-1", "orders", Instance.Status.NORMAL)),
                List.of(proxy(Proxy.Mode.CLUSTER))));
        inventory.register(List.of(kernel(ScriptedNodes.OLD.toString()), kernel(ScriptedNodes.NEW.toString())));
        upgrades = new TemporalUpgrades(
                new TemporalCalls(temporal::getWorkflowClient),
                inventory,
                ledger,
                UpgradeSettings.DEFAULT,
                Clock.systemUTC());
        temporal.start();
    }

    static Proxy proxy(Proxy.Mode mode) {
        var nodes = Stream.of("n1", "n2", "n3")
                .map(id -> new Node(
                        id,
                        PROXY,
                        id,
                        id.equals("n1") ? Node.Role.PRIMARY : Node.Role.STANDBY,
                        "az1",
                        "node:" + id,
                        ScriptedNodes.OLD,
                        Node.Status.NORMAL,
                        null,
                        null,
                        0))
                .toList();
        return new Proxy(PROXY, "in-1", "front", "127.0.0.1", 3306, mode, "haproxy", Proxy.Status.NORMAL, nodes);
    }

    static Kernel kernel(String version) {
        return new Kernel(
                "haproxy",
                dev.changeover.inventory.KernelVersion.of(version),
                Kernel.Lifecycle.ACTIVE,
                version + "-1",
                "notes",
                null,
                List.of(new Kernel.KernelPackage("amd64", "file:///kernel.tar.gz", "0".repeat(64))));
    }

    Submission submission() {
        return new Submission("p-1", "in-1", PROXY, ScriptedNodes.OLD, ScriptedNodes.NEW, null, "fingerprint", "alice");
    }

    /** Starts a workflow without going through the door, and gives its handle. */
    UpgradeWorkflow start(UpgradeRequest request) {
        var client = temporal.getWorkflowClient();
        var workflow = client.newWorkflowStub(
                UpgradeWorkflow.class,
                io.temporal.client.WorkflowOptions.newBuilder()
                        .setWorkflowId(UpgradeWorkflow.idOf(PROXY))
                        .setTaskQueue(UpgradeWorkflow.QUEUE)
                        .build());
        WorkflowClient.start(workflow::upgrade, request);
        return workflow;
    }

    UpgradeRequest request() {
        return new UpgradeRequest(
                UUID.randomUUID().toString(),
                "p-1",
                "in-1",
                PROXY,
                ScriptedNodes.OLD,
                ScriptedNodes.NEW,
                "alice",
                null,
                "fingerprint",
                Instant.ofEpochMilli(temporal.currentTimeMillis()),
                UpgradeSettings.DEFAULT);
    }

    Order order(UpgradeRequest request) {
        return new Order(request.jobId(), null, "because", "bob");
    }

    void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await(what).atMost(Duration.ofSeconds(20)).until(condition);
    }

    @Override
    public void close() {
        temporal.close();
    }
}

package dev.changeover.upgrade.workflow;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.OrderRefusal;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.AgentReports;
import dev.changeover.upgrade.engine.LedgerActivities;
import dev.changeover.upgrade.engine.NothingForced;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.TemporalUpgrades;
import dev.changeover.window.MaintenanceWindow;
import io.temporal.api.workflowservice.v1.ListClosedWorkflowExecutionsRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A proxy, a server's worker, and an agent for each node, on some Temporal; {@link SkippedTime} and the real server each
 * bring one. The nodes are called n1 (the primary), n2, and so on. Any Throwable in a workflow fails it.
 */
public class Scene implements AutoCloseable {
    public static final String PROXY = "px-1";
    static final String INSTANCE = "in-1";
    public static final String PROJECT = "p-1";

    /** A busy machine answers late; tests of the deadline bring their own. */
    private static final Duration PATIENT = Duration.ofMinutes(5);

    private static final WorkerOptions OFTEN_BEATING = WorkerOptions.newBuilder()
            .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
            .setMaxConcurrentActivityExecutionSize(2_000)
            .build();

    public final MemoryInventory inventory = new MemoryInventory();
    public final MemoryLedger ledger = new MemoryLedger();
    public final ScriptedNodes nodes = new ScriptedNodes();
    final NothingForced places = new NothingForced();
    private volatile OrderSigner present = OrderSigner.of(new byte[32]);
    public final OrderSigner signer = OrderSigner.changing(() -> present);

    /** The agents: {@link #nodes}, behind the check of orders. */
    public final EnrolledNodes enrolled;

    /** What agents said they refused. */
    final List<OrderRefusal> refusals = new CopyOnWriteArrayList<>();

    final LedgerActivities records;
    private final AgentReports reports;
    public final WorkflowClient client;
    public final Clock clock;
    public final TemporalUpgrades upgrades;
    private final WorkerFactoryOptions options;
    private final WorkerOptions central;
    private WorkerFactory server;
    private final Map<String, WorkerFactory> agents = new TreeMap<>();

    public Scene(WorkflowClient client, int size, UpgradeSettings settings, WorkerFactoryOptions options, Clock clock) {
        this(client, size, settings, options, WorkerOptions.getDefaultInstance(), clock);
    }

    /** With a worker of such options on the server's queue. */
    public Scene(
            WorkflowClient client,
            int size,
            UpgradeSettings settings,
            WorkerFactoryOptions options,
            WorkerOptions central,
            Clock clock) {
        this.central = central;
        this.client = client;
        this.clock = clock;
        this.enrolled = new EnrolledNodes(nodes, signer, clock);
        var calls = new TemporalCalls(() -> client, PATIENT, null);
        this.records = new LedgerActivities(inventory, ledger, signer, places, clock);
        this.reports = new AgentReports(inventory, ledger, calls, refusals::add);
        inventory.register(new Inventory.Fleet(
                List.of(new Project(PROJECT, "shop", "eu-de")),
                List.of(new Instance(INSTANCE, PROJECT, "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                List.of(proxy(PROXY, nodes(size)))));
        inventory.register(List.of(kernel(ScriptedNodes.OLD), kernel(ScriptedNodes.NEW)));
        upgrades = new TemporalUpgrades(calls, inventory, ledger, signer, settings, places, clock);
        this.options = options;
        server = startedServer();
        inventory.proxy(PROXY).orElseThrow().nodes().forEach(this::startAgent);
    }

    private WorkerFactory startedServer() {
        var factory = WorkerFactory.newInstance(client, options);
        register(
                factory.newWorker(UpgradeWorkflow.QUEUE, unhurried(central)),
                WorkflowImplementationOptions.newBuilder()
                        .setFailWorkflowExceptionTypes(Throwable.class)
                        .build());
        factory.start();
        return factory;
    }

    /** Lets a worker be one of the server's. */
    public void register(Worker worker, WorkflowImplementationOptions workflows) {
        worker.registerWorkflowImplementationTypes(workflows, RollingUpgrade.class, ProxyInspection.class);
        worker.registerActivitiesImplementations(records, reports);
    }

    /** The control plane signs with another key from now on, which the one before it has named. */
    public void changeKey() {
        var seed = new byte[32];
        seed[0] = 1;
        var link = present.link(OrderSigner.of(seed), clock.instant().plus(Duration.ofDays(1)));
        present = OrderSigner.of(seed, List.of(link));
    }

    /** The id of the workflow that looked last for a plan. */
    public String look() {
        var ended = ListClosedWorkflowExecutionsRequest.newBuilder()
                .setNamespace(client.getOptions().getNamespace())
                .build();
        return client
                .getWorkflowServiceStubs()
                .blockingStub()
                .listClosedWorkflowExecutions(ended)
                .getExecutionsList()
                .stream()
                .filter(run -> run.getExecution().getWorkflowId().startsWith("inspect:" + PROXY + ":"))
                .max(Comparator.comparing(run -> run.getStartTime().getSeconds()))
                .orElseThrow()
                .getExecution()
                .getWorkflowId();
    }

    /** The server's worker is gone from now on. */
    public void killServer() {
        end(server);
    }

    public void startServer() {
        server = startedServer();
    }

    /** A workflow thread that gets no processor for a second is no deadlock on a busy machine. */
    public static WorkerOptions unhurried(WorkerOptions options) {
        return WorkerOptions.newBuilder(options)
                .setDefaultDeadlockDetectionTimeout(Duration.ofMinutes(1).toMillis())
                .build();
    }

    private void startAgent(Node node) {
        var agent = WorkerFactory.newInstance(client, options);
        agent.newWorker(node.taskQueue(), OFTEN_BEATING).registerActivitiesImplementations(enrolled);
        agent.start();
        agents.put(node.id(), agent);
    }

    /** The node's agent is gone from now on. */
    public void kill(String nodeId) {
        end(Objects.requireNonNull(agents.get(nodeId)));
    }

    /** The node's agent is back. */
    public void startAgent(String nodeId) {
        inventory.node(nodeId).ifPresent(this::startAgent);
    }

    /** Asks for an upgrade as a caller does; gives the job id. */
    public String submit() {
        return upgrades.submit(submission(null)).jobId();
    }

    public Submission submission(@Nullable String key) {
        return submission(key, ScriptedNodes.NEW);
    }

    public Submission submission(@Nullable String key, KernelVersion target) {
        return submission(key, target, false);
    }

    public Submission submission(@Nullable String key, KernelVersion source, KernelVersion target) {
        return submission(key, source, target, false);
    }

    private static Submission submission(@Nullable String key, KernelVersion target, boolean scheduled) {
        return submission(key, ScriptedNodes.OLD, target, scheduled);
    }

    private static Submission submission(
            @Nullable String key, KernelVersion source, KernelVersion target, boolean scheduled) {
        var body = "body asking for " + target + scheduled;
        return new Submission(PROJECT, INSTANCE, PROXY, source, target, scheduled, key, body, "alice", false, null);
    }

    /** Asks for an upgrade in the maintenance window; gives the job id. */
    String schedule() {
        return upgrades.submit(submission(null, ScriptedNodes.NEW, true)).jobId();
    }

    /** The instance's window opens for the first time in two to three hours, for four hours. */
    public MaintenanceWindow windowOpensLater() {
        return window(clock.instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(3)));
    }

    /** The instance's window is open, for three more hours at least. */
    public MaintenanceWindow windowIsOpen() {
        return window(clock.instant().truncatedTo(ChronoUnit.HOURS));
    }

    private MaintenanceWindow window(Instant opens) {
        var start = opens.atOffset(ZoneOffset.UTC).toLocalTime();
        var window = new MaintenanceWindow(start, start.plusHours(4), ZoneId.of("UTC"));
        inventory.setWindow(INSTANCE, window);
        return window;
    }

    /** When something of this kind happened last. */
    public Instant at(String jobId, String kind) {
        return ledger.events(jobId, 0).stream()
                .filter(event -> event.kind().equals(kind))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no %s in %s".formatted(kind, kinds(jobId))))
                .at();
    }

    CommandAnswer say(Command command, String jobId) {
        return say(command, jobId, null);
    }

    CommandAnswer say(Command command, String jobId, @Nullable String nodeId) {
        return upgrades.command(jobId, command, nodeId, "because", "bob");
    }

    WorkflowStub workflow() {
        return client.newUntypedWorkflowStub(idOf(PROXY));
    }

    /** The newest run of a proxy that was not refused; the newest one if every one was. */
    public String idOf(String proxy) {
        var newest = ledger.all().stream()
                .filter(task -> task.proxyId().equals(proxy))
                .max(Comparator.comparing((Task task) -> !"REFUSED".equals(task.outcome()))
                        .thenComparing(Task::createdAt))
                .orElseThrow();
        return UpgradeWorkflow.idOf(proxy, newest.jobId());
    }

    public Progress progress() {
        return workflow().query("progress", Progress.class);
    }

    /** Waits for the upgrade's end. */
    public Outcome outcome() {
        return workflow().getResult(Outcome.class);
    }

    /** Waits for the end of this job. */
    Outcome outcome(String job) {
        return client.newUntypedWorkflowStub(UpgradeWorkflow.idOf(PROXY, job)).getResult(Outcome.class);
    }

    public WorkflowExecutionHistory history() {
        return client.fetchHistory(idOf(PROXY));
    }

    public Task task(String jobId) {
        return ledger.task(jobId).orElseThrow();
    }

    public Proxy proxy() {
        return inventory.proxy(PROXY).orElseThrow();
    }

    public List<String> kinds(String jobId) {
        return ledger.events(jobId, 0).stream().map(TaskEvent::kind).toList();
    }

    /** Waits until the workflow is where a test wants it. */
    public void await(String what, Predicate<Progress> there) {
        Awaitility.await(what)
                .atMost(PATIENT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> there.test(progress()));
    }

    /** Waits until the node is held, and gives the reason. */
    String awaitHeld(String nodeId) {
        await(nodeId + " is held", progress -> held(progress).contains(nodeId));
        return String.valueOf(node(nodeId).held());
    }

    public NodeProgress node(String nodeId) {
        return progress().nodes().stream()
                .filter(node -> node.node().nodeId().equals(nodeId))
                .findFirst()
                .orElseThrow();
    }

    static List<String> held(Progress progress) {
        return progress.held().stream().map(node -> node.node().nodeId()).toList();
    }

    public static List<Node> nodes(int size) {
        return IntStream.rangeClosed(1, size)
                .mapToObj(i -> node("n" + i, i == 1 ? Node.Role.PRIMARY : Node.Role.STANDBY, ScriptedNodes.OLD))
                .toList();
    }

    /** Nodes of another proxy, which the agents of this scene's nodes look after. */
    public static List<Node> nodesOf(String proxyId, int size) {
        return nodes(size).stream()
                .map(node -> new Node(
                        proxyId + "-" + node.id(),
                        proxyId,
                        node.name(),
                        node.role(),
                        node.azCode(),
                        node.taskQueue(),
                        node.version(),
                        node.status(),
                        node.machineId(),
                        node.observedAt(),
                        node.sessions()))
                .toList();
    }

    public static Node node(String id, Node.Role role, KernelVersion version) {
        return node(PROXY, id, role, version);
    }

    public static Node node(String proxyId, String id, Node.Role role, KernelVersion version) {
        return new Node(id, proxyId, id, role, "az1", "node:" + id, version, Node.Status.NORMAL, null, null, 0);
    }

    public static Proxy proxy(String id, List<Node> nodes) {
        return proxy(id, Proxy.Mode.CLUSTER, Proxy.Status.NORMAL, nodes);
    }

    public static Proxy proxy(String id, Proxy.Mode mode, Proxy.Status status, List<Node> nodes) {
        return new Proxy(id, INSTANCE, "front", "127.0.0.1", 3306, mode, "haproxy", status, nodes);
    }

    public static Kernel kernel(KernelVersion version) {
        return kernel(version, Kernel.Lifecycle.ACTIVE);
    }

    public static Kernel kernel(KernelVersion version, Kernel.Lifecycle lifecycle) {
        return new Kernel(
                "haproxy",
                version,
                lifecycle,
                "",
                version + "-1",
                "notes of " + version,
                null,
                List.of(new Kernel.KernelPackage("amd64", "file:///kernel.tar.gz", "0".repeat(64))));
    }

    private static void end(WorkerFactory factory) {
        factory.shutdownNow();
        factory.awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        nodes.keepOldSessions(false);
        agents.values().forEach(WorkerFactory::shutdownNow);
        server.shutdownNow();
    }

    /** Waits until no worker of this scene takes anything up any more. */
    void awaitSilence() {
        agents.values().forEach(agent -> agent.awaitTermination(10, TimeUnit.SECONDS));
        server.awaitTermination(10, TimeUnit.SECONDS);
        enrolled.delete();
    }
}

package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.api.Calls;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.contact.Contact;
import dev.changeover.database.KillablePostgres;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Inventory.ContactList;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.notify.Notice;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.context.ApplicationContext;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.runtime.server.EmbeddedServer;
import io.temporal.client.WorkflowClient;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionEvaluationListener;
import org.awaitility.core.EvaluatedCondition;
import org.awaitility.core.TimeoutEvent;
import org.jspecify.annotations.Nullable;

/**
 * The product as a server wires it, on a real Temporal and an H2 file of a directory, with a fleet whose agents are
 * scripted. Waits and soaks are seconds.
 */
public final class CampaignScene implements AutoCloseable {
    static final String ENGINE = "haproxy";
    private static final String EXPIRING = "sandbox";
    private static final String QUEUE = "nodes of a campaign";
    private static final Duration PATIENT = Duration.ofMinutes(10);

    final ScriptedNodes nodes = new ScriptedNodes();
    private final Path directory;
    private final Map<String, Object> settings;
    private final WorkflowServiceStubs line;
    private final WorkerFactory agents;
    private final List<ApplicationContext> killed = new ArrayList<>();
    private ApplicationContext context;
    private int servers = 1;

    /** @param settings beside those that make it quick */
    public CampaignScene(Path directory, Map<String, Object> settings) {
        RealTemporal.program();
        this.directory = directory;
        this.settings = settings;
        this.context = started(Map.of());
        awaitTemporal();
        // Hosts of their own, which stay when the server goes; Temporal comes back at its port.
        this.line = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(bean(TemporalConnection.class).address())
                .build());
        this.agents = WorkerFactory.newInstance(WorkflowClient.newInstance(line, client().getOptions()));
        agents.newWorker(QUEUE, TemporalWorkers.SHARED_QUEUE).registerActivitiesImplementations(nodes);
        agents.start();
    }

    private ApplicationContext started(Map<String, Object> further) {
        var all = new HashMap<String, Object>(Map.of(
                "changeover.data",
                directory.toString(),
                "changeover.temporal.mode",
                "DEV_SERVER",
                "changeover.temporal.port",
                0,
                "changeover.temporal.ui-port",
                0,
                "changeover.temporal.ends-with-parent",
                true,
                "changeover.upgrade.soak",
                "0s",
                "changeover.upgrade.stage-ahead",
                "0s",
                "changeover.upgrade.at-once",
                1000));
        all.putAll(Map.of(
                "changeover.campaign.lead-time", "1s",
                "changeover.campaign.soak", "1s",
                "changeover.campaign.spread", "2s",
                "changeover.campaign.look", "1s",
                "changeover.campaign.per-minute", 10_000,
                "changeover.campaign.tolerated", "100%"));
        all.putAll(settings);
        all.putAll(further);
        return ApplicationContext.run(all, "test");
    }

    private void awaitTemporal() {
        bean(TemporalWorkers.class);
        Awaitility.await("Temporal").atMost(PATIENT).until(bean(TemporalConnection.class)::ready);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    WorkflowClient client() {
        return bean(TemporalConnection.class).client();
    }

    /** The REST interface of the server, for an operator. */
    public Calls calls() {
        return Calls.to(bean(EmbeddedServer.class).start());
    }

    public Campaigns campaigns() {
        return bean(Campaigns.class);
    }

    Sql sql() {
        return bean(Sql.class);
    }

    Upgrades upgrades() {
        return bean(Upgrades.class);
    }

    Inventory inventory() {
        return bean(Inventory.class);
    }

    /**
     * Temporal, database and server are killed, and come back with what they had written, the server with other settings
     * beside its own; the agents stay.
     */
    void crash(KillablePostgres database, Map<String, Object> other) {
        temporal().destroyForcibly();
        database.kill();
        context.close();
        database.restart();
        context = started(other);
        awaitTemporal();
    }

    /** A second server of this ledger and Temporal is at work, too; afterwards it is asked, and the first one given. */
    ApplicationContext anotherServer() {
        var first = context;
        context = started(Map.of(
                "changeover.data", directory.resolve("server-" + servers++).toString(),
                "changeover.key-file", directory.resolve("secret.key").toString(),
                "changeover.temporal.mode", "EXTERNAL",
                "changeover.temporal.address",
                        first.getBean(TemporalConnection.class).address()));
        awaitTemporal();
        return first;
    }

    /** As kill -9 of its process: from now on it neither asks nor says anything, in Temporal and in the database. */
    void kill(ApplicationContext server) {
        server.getBean(TemporalConnection.class).stubs().shutdownNow();
        var pool = server.getBean(DataSourceResolver.class).resolve(server.getBean(DataSource.class));
        ((HikariDataSource) pool).close();
        killed.add(server);
    }

    /** The process of Temporal's server. */
    public ProcessHandle temporal() {
        try {
            var record = new ObjectMapper()
                    .readTree(directory.resolve("temporal.json").toFile());
            return ProcessHandle.of(record.path("pid").asLong()).orElseThrow();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Proxies of two nodes, each of an instance of its own, in so many projects; their windows are open. */
    void fleet(int proxies, int projects) {
        fleet(proxies, projects, Duration.ZERO);
    }

    /** The same, with windows that open so many hours after this one began. */
    public void fleet(int proxies, int projects, Duration ahead) {
        var hour = Instant.now()
                .truncatedTo(ChronoUnit.HOURS)
                .plus(ahead)
                .atOffset(ZoneOffset.UTC)
                .toLocalTime();
        var window = new MaintenanceWindow(hour, hour.plusHours(4), ZoneId.of("UTC"));
        var all = new ArrayList<Proxy>();
        var instances = new ArrayList<Instance>();
        for (int i = 0; i < proxies; i++) {
            var id = "px-%03d".formatted(i);
            var instance = "in-%03d".formatted(i);
            instances.add(new Instance(instance, "p-" + i % projects, "db " + i, Instance.Status.NORMAL, window));
            all.add(new Proxy(
                    id,
                    instance,
                    "proxy " + i,
                    "127.0.0.1",
                    3306,
                    Proxy.Mode.HA,
                    ENGINE,
                    Proxy.Status.NORMAL,
                    List.of(node(id, "n1", Node.Role.PRIMARY), node(id, "n2", Node.Role.STANDBY))));
        }
        inventory()
                .register(new Inventory.Fleet(
                        IntStream.range(0, projects)
                                .mapToObj(i -> new Project("p-" + i, "project " + i, i % 2 == 0 ? "eu-de" : "eu-nl"))
                                .toList(),
                        instances,
                        all,
                        Set.of(),
                        Set.of(),
                        IntStream.range(0, projects)
                                .mapToObj(i -> new ContactList("p-" + i, null, List.of(contact("p-" + i))))
                                .toList(),
                        Map.of()));
        inventory().register(List.of(kernel(ScriptedNodes.OLD), kernel(ScriptedNodes.NEW)));
        wereUpgradedBefore(all);
    }

    private static Contact contact(String project) {
        return Contact.of(project, null, "owners", project + "@example.com", null, null, null, "none");
    }

    /** So that it is known how quick their nodes are. */
    private void wereUpgradedBefore(List<Proxy> proxies) {
        sql().changeAll("""
                        insert into task (job_id, project_id, instance_id, instance_name, proxy_id, proxy_name, kind, status,
                            progress, source_version, target_version, phase, outcome, fail_reason, code, requester,
                            fingerprint, created_at, snapshot)
                        values (?, 'p-0', 'in', 'in', ?, 'proxy', 'INSTANT', 'COMPLETED', 100, '1.0.0.0', '2.0.0.0', 'ENDED',
                            'DONE', '', '', '', '', ?, '{}')
                        """, proxies, proxy -> new Object[] {"before-" + proxy.id(), proxy.id(), Instant.EPOCH});
        sql().changeAll(
                        "insert into handover (job_id, proxy_id, node_id, serves_at, millis) values (?, ?, ?, ?, 10)",
                        proxies.stream()
                                .flatMap(proxy -> proxy.nodes().stream())
                                .toList(),
                        node -> new Object[] {"before-" + node.proxyId(), node.proxyId(), node.id(), Instant.EPOCH});
    }

    private static Kernel kernel(KernelVersion version) {
        return Scene.kernel(version);
    }

    private static Node node(String proxyId, String name, Node.Role role) {
        return new Node(
                proxyId + "-" + name,
                proxyId,
                name,
                role,
                "az1",
                QUEUE,
                ScriptedNodes.OLD,
                Node.Status.NORMAL,
                null,
                Instant.now(),
                0);
    }

    /** Another engine, with a version that expires then, a newer one, and a proxy on the old one. */
    void expires(KernelVersion version, Instant at) {
        var newer = KernelVersion.of("9.0.0.0");
        inventory().register(List.of(kernel(EXPIRING, version, at), kernel(EXPIRING, newer, null)));
        inventory()
                .register(new Inventory.Fleet(
                        List.of(),
                        List.of(new Instance(
                                "in-old", "p-0", "old", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                        List.of(new Proxy(
                                "px-old",
                                "in-old",
                                "old",
                                "127.0.0.1",
                                3307,
                                Proxy.Mode.SINGLE,
                                EXPIRING,
                                Proxy.Status.NORMAL,
                                List.of(new Node(
                                        "px-old-n1",
                                        "px-old",
                                        "n1",
                                        Node.Role.PRIMARY,
                                        "az1",
                                        QUEUE,
                                        version,
                                        Node.Status.NORMAL,
                                        null,
                                        Instant.now(),
                                        0))))));
    }

    private static Kernel kernel(String engine, KernelVersion version, @Nullable Instant expires) {
        var like = Scene.kernel(version);
        return new Kernel(
                engine, version, Kernel.Lifecycle.ACTIVE, "", like.reportedVersion(), "", expires, like.packages());
    }

    /** The old version becomes DEFECTIVE, and its campaign is planned; gives its id. */
    public String defective() {
        var bad = inventory().registered(ENGINE).stream()
                .filter(kernel -> kernel.version().equals(ScriptedNodes.OLD))
                .findFirst()
                .orElseThrow();
        inventory().register(List.of(bad.with(Kernel.Lifecycle.DEFECTIVE, "it leaks", null)));
        bean(BadVersions.class).look();
        return campaigns().list(0, 1).getFirst().id();
    }

    public Campaign awaitState(String id, Campaign.State state, Duration atMost) {
        Awaitility.await("campaign is " + state)
                .atMost(atMost)
                .conditionEvaluationListener(new ConditionEvaluationListener<Object>() {
                    @Override
                    public void conditionEvaluated(EvaluatedCondition<Object> condition) {}

                    @Override
                    public void onTimeout(TimeoutEvent timeout) {
                        System.out.println(campaigns().campaign(id));
                        members(id).stream()
                                .filter(member -> member.state() != Member.State.DONE)
                                .forEach(System.out::println);
                    }
                })
                .pollInterval(Duration.ofMillis(100))
                .failFast(
                        "it ended",
                        () -> campaigns().campaign(id).state().isOver()
                                && campaigns().campaign(id).state() != state)
                .until(() -> campaigns().campaign(id).state() == state);
        return campaigns().campaign(id);
    }

    List<Member> members(String id) {
        return campaigns().members(id, null, null, 0, 10_000);
    }

    /** How many members are in a state. */
    public long count(String id, Member.State state) {
        return campaigns().standing(id).stream()
                .filter(count -> count.state() == state)
                .mapToLong(WaveCounts.Count::many)
                .sum();
    }

    /**
     * What its agent could not be asked about while Temporal was away has gone on to tomorrow's opening; its owner wants
     * it now. Where the budgets have no room it stays, and can be asked for again.
     */
    private void executePutOff(String id) {
        sql().list(
                        "select m.id from campaign_member m join task t on t.job_id = m.job_id where m.campaign_id = ?"
                                + " and m.state = 'DELIVERED' and t.planned_start > ?",
                        row -> row.text("id"),
                        id,
                        Instant.now().plus(Duration.ofHours(1)))
                .forEach(member -> {
                    try {
                        bean(PlannedEvents.class).execute(member, "vera");
                    } catch (Refused | TemporalUnavailable notNow) {
                        assertThat(notNow).hasMessageNotContaining("does not exist");
                    }
                });
    }

    /** Executes what is put off meanwhile. */
    public void awaitDone(String id, int many, Duration limit) {
        Awaitility.await(many + " are done")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    executePutOff(id);
                    return count(id, Member.State.DONE) >= many;
                });
    }

    /** From when to when each member had leave to change its proxy, as the rows have it. */
    record Span(String project, Instant begun, Instant over) {}

    List<Span> spans() {
        return sql().list(
                        """
                        select m.project_id, m.begun_at, t.ended_at from campaign_member m join task t on t.job_id = m.job_id
                        where m.begun_at is not null
                        """,
                        row -> new Span(
                                row.text("project_id"),
                                row.instant("begun_at"),
                                Objects.requireNonNullElse(row.instantOrNull("ended_at"), Instant.MAX)));
    }

    /** The histories of all runs of a campaign's workflow, the last one first. */
    public List<WorkflowExecutionHistory> histories(String id) {
        var all = new ArrayList<WorkflowExecutionHistory>();
        var run = "";
        do {
            var history = run.isEmpty()
                    ? client().fetchHistory(CampaignWorkflow.idOf(id))
                    : client().fetchHistory(CampaignWorkflow.idOf(id), run);
            all.add(history);
            run = history.getEvents()
                    .getFirst()
                    .getWorkflowExecutionStartedEventAttributes()
                    .getContinuedExecutionRunId();
        } while (!run.isEmpty());
        return all;
    }

    /** How many notices of a kind each member of a campaign that was started has, in ascending order. */
    List<Integer> notices(Notice.Kind kind) {
        return sql().list(
                        "select (select count(*) from notice n where n.member_id = m.id and n.kind = ?) as many"
                                + " from campaign_member m join campaign c on c.id = m.campaign_id"
                                + " where c.started_at is not null order by many",
                        row -> row.number("many"),
                        kind);
    }

    /** The most that ran at one instant. */
    static long mostAtOnce(List<Span> spans) {
        return spans.stream()
                .mapToLong(span -> spans.stream()
                        .filter(other -> !other.begun().isAfter(span.begun())
                                && other.over().isAfter(span.begun()))
                        .count())
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        nodes.keepOldSessions(false);
        agents.shutdownNow();
        agents.awaitTermination(10, TimeUnit.SECONDS);
        line.shutdownNow();
        context.close();
        killed.forEach(ApplicationContext::close);
    }
}

package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Project;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.OrderKind;
import dev.changeover.node.OrderRefusal;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.Instruction;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeActivities.Wanted;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.AgentReports;
import dev.changeover.upgrade.engine.LedgerActivities;
import dev.changeover.upgrade.engine.NothingForced;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.TemporalUpgrades;
import dev.changeover.window.MaintenanceWindow;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody with full access to Temporal, and none to the control plane's interface, changes nothing on a node. */
@ResourceLock(RealServer.QUEUES)
class StrangerTest {
    private static final String QUEUE = "stranger";
    private static final KernelToRun KERNEL = new KernelToRun(ScriptedNodes.OLD, "old", List.of());
    private static final NodeOrder N1 = new NodeOrder("n1", null, Duration.ZERO, 0, null);

    private final RealServer scene = new RealServer(2, Scenario.QUICK);
    private final WorkerFactory stranger = WorkerFactory.newInstance(scene.client);

    StrangerTest() {
        stranger.newWorker(QUEUE).registerWorkflowImplementationTypes(Forwarding.class);
        stranger.start();
    }

    @AfterEach
    void end() {
        stranger.shutdownNow();
        scene.close();
    }

    /** A workflow of the stranger's: has an agent or the control plane do something, and says how that ended. */
    @WorkflowInterface
    public interface Forward {
        @WorkflowMethod
        String order(String queue, String activity, List<JsonNode> words);
    }

    public static final class Forwarding implements Forward {
        @Override
        public String order(String queue, String activity, List<JsonNode> words) {
            var options = ActivityOptions.newBuilder()
                    .setTaskQueue(queue)
                    .setStartToCloseTimeout(Duration.ofSeconds(20))
                    .setRetryOptions(
                            RetryOptions.newBuilder().setMaximumAttempts(1).build())
                    .build();
            try {
                Workflow.newUntypedActivityStub(options).execute(activity, JsonNode.class, words.toArray());
                return "done";
            } catch (ActivityFailure failure) {
                return failure.getCause() instanceof ApplicationFailure because
                        ? because.getType()
                        : String.valueOf(failure.getCause());
            }
        }
    }

    private String forward(String node, String activity, JsonNode order) {
        return have("node:" + node, activity, order);
    }

    private String have(String queue, String activity, Object... words) {
        var options = WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId("stranger:" + UUID.randomUUID())
                .build();
        return scene.client
                .newWorkflowStub(Forward.class, options)
                .order(queue, activity, Stream.of(words).map(this::json).toList());
    }

    static Stream<Object> orders() {
        return Stream.of(
                N1,
                new StageOrder(N1, KERNEL),
                new HandOverOrder(N1, KERNEL),
                new VerifyOrder(N1, KERNEL, Duration.ZERO, true),
                new RetireOrder(N1, KERNEL, Duration.ZERO, Duration.ofMillis(1), List.of()),
                new CloseOrder(N1, null, 1000, Duration.ofMillis(1)));
    }

    private static String activity(Object order) {
        return switch (order) {
            case NodeOrder look -> "NodeInspect";
            case StageOrder stage -> "NodeStage";
            case HandOverOrder handOver -> "NodeHandOver";
            case VerifyOrder verify -> "NodeVerify";
            case RetireOrder retire -> "NodeRetire";
            default -> "NodeCloseSessions";
        };
    }

    @ParameterizedTest
    @MethodSource("orders")
    void has_no_order_of_theirs_carried_out(Object order) {
        assertThat(forward("n1", activity(order), json(order))).isEqualTo("UNSIGNED_ORDER");

        assertThat(scene.nodes.asked).isEmpty();
        assertThat(scene.nodes.ageLimits).isEmpty();
        assertThat(scene.enrolled.refusals).extracting(OrderRefusal::fault).containsExactly(NodeFault.UNSIGNED_ORDER);
    }

    @Test
    void replays_no_order_of_an_upgrade_that_is_over() {
        scene.submit();
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        var asked = List.copyOf(scene.nodes.asked);
        var answers = new ArrayList<String>();

        for (var order : recorded()) {
            answers.add(forward(order.node(), order.activity(), order.order()));
        }

        assertThat(answers).hasSizeGreaterThan(10).containsOnly("STALE_ORDER", "done");
        var again = scene.nodes.asked.subList(asked.size(), scene.nodes.asked.size());
        assertThat(again)
                .describedAs("the last step of a job only looks, and may be asked for again")
                .allMatch(deed -> deed.endsWith(" verify"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFIG_REFUSED", "START_FAILED"})
    void replays_no_order_of_an_upgrade_that_is_held_or_was_stopped(NodeFault forGoodOrFiveTimes) {
        scene.nodes.fail("n2 handOver", forGoodOrFiveTimes);
        var job = scene.submit();
        scene.awaitHeld("n2");
        scene.nodes.mend("n2 handOver");
        var handOver = recorded().stream()
                .filter(order -> order.activity().equals("NodeHandOver"))
                .findFirst()
                .orElseThrow();

        assertThat(forward("n2", "NodeHandOver", handOver.order())).isEqualTo("STALE_ORDER");
        scene.say(Command.STOP, job);
        scene.outcome();
        assertThat(forward("n2", "NodeHandOver", handOver.order())).isEqualTo("STALE_ORDER");

        assertThat(scene.nodes.deeds).doesNotContain("n2 handOver");
    }

    @Test
    void replays_no_staging_of_an_upgrade_that_was_stopped_once_another_one_followed() {
        scene.nodes.fail("n1 stage", NodeFault.CHECKSUM_MISMATCH);
        var former = scene.submit();
        scene.awaitHeld("n1");
        var staging = recorded().stream()
                .filter(order ->
                        order.activity().equals("NodeStage") && order.node().equals("n2"))
                .findFirst()
                .orElseThrow();
        scene.say(Command.STOP, former);
        scene.outcome();
        scene.nodes.mend("n1 stage");
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        scene.submit();
        scene.awaitHeld("n2");

        assertThat(forward("n2", "NodeStage", staging.order())).isEqualTo("STALE_ORDER");
    }

    @Test
    void changes_nothing_in_an_order_that_was_signed() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        scene.submit();
        scene.awaitHeld("n2");
        var handOver = recorded().stream()
                .filter(order -> order.activity().equals("NodeHandOver"))
                .findFirst()
                .orElseThrow();
        var text = handOver.order().toString();

        var forged = List.of(
                text.replace("\\\"jobId\\\"", "\\\"jobId\\\" "),
                text.replace("2.6.12.4-1\\\"", "2.6.12.3-1\\\""),
                text.replace("\\\"kind\\\":\\\"HAND_OVER\\\"", "\\\"kind\\\":\\\"RETIRE\\\""));

        assertThat(forged)
                .doesNotContain(text)
                .allSatisfy(order ->
                        assertThat(forward("n2", "NodeHandOver", parse(order))).isEqualTo("UNSIGNED_ORDER"));
        assertThat(forward("n2", "NodeStage", handOver.order()))
                .describedAs("signed for another step")
                .isEqualTo("UNSIGNED_ORDER");
    }

    @Test
    void has_the_control_plane_sign_and_write_down_nothing() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scene.submit();
        scene.awaitHeld("n2");
        var known = scene.progress();
        var written = scene.ledger.events(job, 0);
        var retire = new Wanted(OrderKind.RETIRE, "n1", ScriptedNodes.NEW, 1, null);

        var answers = List.of(
                have(UpgradeWorkflow.QUEUE, "UpgradeSign", job, List.of(retire)),
                have(UpgradeWorkflow.QUEUE, "UpgradeAdmit", known.request()),
                have(UpgradeWorkflow.QUEUE, "UpgradeRecheck", known, scene.clock.instant()),
                have(UpgradeWorkflow.QUEUE, "UpgradeRecord", known, List.of(written.getFirst()), List.of()));

        assertThat(answers).containsOnly("NOT_INSTRUCTED");
        assertThat(scene.ledger.events(job, 0)).isEqualTo(written);
    }

    @Test
    void fills_no_memory_of_the_control_plane_with_openings() {
        assertThat(have(
                        UpgradeWorkflow.QUEUE,
                        "UpgradeOpenings",
                        "02:00-06:00",
                        scene.clock.instant(),
                        Integer.MAX_VALUE))
                .isEqualTo("done");
    }

    @Test
    void starts_no_upgrade() {
        var request = Requests.of("job-of-a-stranger", Scene.PROXY);
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId(UpgradeWorkflow.idOf(Scene.PROXY, request.jobId()))
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .build();
        var upgrade = scene.client.newWorkflowStub(UpgradeWorkflow.class, options);

        assertThatThrownBy(() -> upgrade.upgrade(request))
                .isInstanceOf(WorkflowException.class)
                .hasStackTraceContaining("nobody asked the control plane for job job-of-a-stranger");

        assertThat(scene.ledger.all()).isEmpty();
        assertThat(scene.nodes.asked).isEmpty();
    }

    @Test
    void works_for_no_job_that_another_run_works_for() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        scene.submit();
        scene.awaitHeld("n2");
        scene.nodes.mend("n2 handOver");
        var request = scene.progress().request();
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("upgrade:of-a-stranger")
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .build();

        assertThatThrownBy(() -> scene.client
                        .newWorkflowStub(UpgradeWorkflow.class, options)
                        .upgrade(request))
                .hasStackTraceContaining("no upgrade of this run of Temporal is job");
        scene.workflow().terminate("by a stranger, to take its place");
        assertThatThrownBy(() -> scene.client
                        .newWorkflowStub(
                                UpgradeWorkflow.class,
                                WorkflowOptions.newBuilder(options)
                                        .setWorkflowId(UpgradeWorkflow.idOf(Scene.PROXY, request.jobId()))
                                        .build())
                        .upgrade(request))
                .hasStackTraceContaining("no upgrade of this run of Temporal is job");

        assertThat(scene.nodes.deeds).doesNotContain("n2 handOver");
    }

    /** The other way round: the ledger is what is believed. */
    @Test
    void who_writes_to_the_ledger_as_well_starts_an_upgrade() {
        scene.windowOpensLater();
        var job = scene.schedule();
        assertThat(scene.say(Command.CANCEL, job).noted()).isTrue();
        assertThat(scene.outcome(job)).isEqualTo(Outcome.CANCELLED);
        var written = scene.ledger.instructions(job).getFirst();
        var forged = UUID.randomUUID().toString();
        var atOnce = written.content().replace(job, forged).replace("\"scheduled\":true", "\"scheduled\":false");
        scene.ledger.instruct(
                new Instruction(forged, forged, Instruction.UPGRADE, atOnce, "mallory", scene.clock.instant(), null));
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId(UpgradeWorkflow.idOf(Scene.PROXY, forged))
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .build();

        var upgrade = scene.client.newUntypedWorkflowStub("UpgradeWorkflow", options);
        upgrade.start(parse(atOnce).path("request"));

        assertThat(upgrade.getResult(Outcome.class)).isEqualTo(Outcome.DONE);
    }

    @ParameterizedTest
    @EnumSource
    void gives_no_command(Command command) {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scene.submit();
        scene.awaitHeld("n2");
        var before = scene.progress();
        var forged = new CommandRequest(job, null, "because", "bob")
                .as(UUID.randomUUID().toString());

        var answer = scene.workflow().update(command.word(), CommandAnswer.class, forged);
        scene.workflow().signal(command.word(), forged);
        var toNothing = scene.workflow().update(command.word(), CommandAnswer.class, (Object) null);

        assertThat(answer.refusal()).contains("did not give this command");
        assertThat(toNothing.refusal()).isEqualTo(answer.refusal());
        assertThat(scene.progress()).isEqualTo(before);
    }

    @Test
    void repeats_no_command_that_was_given() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scene.submit();
        scene.awaitHeld("n2");
        scene.say(Command.RETRY, job);
        scene.await("held again", progress -> scene.nodes.asked("handOver") > 1);
        scene.awaitHeld("n2");
        var given = lastCommand();

        var answer = scene.workflow().update("retry", CommandAnswer.class, given);

        assertThat(answer.refusal()).contains("did not give this command");
    }

    @Test
    void changes_nothing_in_a_command_that_was_given() {
        scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
        var job = scene.submit();
        scene.awaitHeld("n2");
        scene.say(Command.PAUSE, job);
        var before = scene.progress();
        var text = lastCommand().toString();
        assertThat(text).contains("\\\"because\\\"");

        var asAnother = scene.workflow().update("stop", CommandAnswer.class, parse(text));
        var changed = scene.workflow()
                .update("pause", CommandAnswer.class, parse(text.replace("\\\"because\\\"", "\\\"changed\\\"")));

        assertThat(List.of(asAnother, changed))
                .allSatisfy(answer -> assertThat(answer.refusal()).contains("did not give this command"));
        assertThat(scene.progress()).isEqualTo(before);
    }

    /** As the history has it. */
    private JsonNode lastCommand() {
        return scene.history().getEvents().stream()
                .filter(event -> event.hasWorkflowExecutionUpdateAcceptedEventAttributes())
                .map(event -> event.getWorkflowExecutionUpdateAcceptedEventAttributes()
                        .getAcceptedRequest()
                        .getInput()
                        .getArgs()
                        .getPayloads(0))
                .reduce((earlier, later) -> later)
                .map(argument -> scene.client
                        .getOptions()
                        .getDataConverter()
                        .fromPayload(argument, JsonNode.class, JsonNode.class))
                .orElseThrow();
    }

    @Test
    void looks_at_no_node() {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("inspect:of-a-stranger")
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .build();
        var inspection = scene.client.newWorkflowStub(InspectWorkflow.class, options);

        WorkflowClient.start(inspection::inspect, new InspectRequest(Scene.PROXY, null));
        var sights = WorkflowStub.fromTyped(inspection).getResult(NodeSight[].class);

        assertThat(sights).hasSize(2).allMatch(sight -> sight.silence().startsWith("UNSIGNED_ORDER"));
        assertThat(scene.nodes.ageLimits).isEmpty();
    }

    /** One that nobody answers, under the name that looks at this proxy begin with. */
    @Test
    void keeps_no_plan_from_its_owner() {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("inspect:" + Scene.PROXY)
                .setTaskQueue("nobody's")
                .build();
        WorkflowClient.start(
                scene.client.newWorkflowStub(InspectWorkflow.class, options)::inspect,
                new InspectRequest(Scene.PROXY, null));

        assertThat(Check.failed(scene.upgrades.plan(Scene.PROXY).checks())).isEmpty();
    }

    /** Who answers for an agent is believed until that agent is asked again. */
    @Test
    void changes_no_node_by_answering_for_its_agent_and_the_agents_next_look_shows_it() {
        scene.kill("n2");
        var lies = new ScriptedNodes();
        var liar = WorkerFactory.newInstance(scene.client);
        liar.newWorker("node:n2").registerActivitiesImplementations(lies);
        liar.start();

        scene.submit();
        assertThat(scene.outcome()).as("as the stranger says").isEqualTo(Outcome.DONE);
        assertThat(lies.deeds).contains("n2 handOver");
        assertThat(scene.nodes.deeds).contains("n1 handOver").noneMatch(deed -> deed.startsWith("n2"));
        liar.shutdownNow();
        liar.awaitTermination(10, TimeUnit.SECONDS);
        scene.startAgent("n2");
        assertThat(scene.upgrades.plan(Scene.PROXY).plan().orElseThrow().nodes())
                .extracting(NodeStep::nodeId)
                .containsExactly("n2");

        scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds).contains("n2 handOver");
    }

    /** With the program, a ledger and a key of their own, on the server's queue while the server is away. */
    @Test
    void commands_no_agent_with_a_control_plane_of_theirs() {
        scene.killServer();
        var ledger = new MemoryLedger();
        var inventory = new MemoryInventory();
        inventory.register(new Inventory.Fleet(
                List.of(new Project(Scene.PROJECT, "shop", "eu-de")),
                List.of(new Instance(
                        Scene.INSTANCE, Scene.PROJECT, "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                List.of(Scene.proxy(Scene.PROXY, Scene.nodes(2)))));
        inventory.register(List.of(Scene.kernel(ScriptedNodes.OLD), Scene.kernel(ScriptedNodes.NEW)));
        var key = OrderSigner.of("another key, of 32 bytes exactly".getBytes(StandardCharsets.US_ASCII));
        var calls = new TemporalCalls(() -> scene.client, Duration.ofSeconds(30), null);
        var theirs = WorkerFactory.newInstance(scene.client);
        var worker = theirs.newWorker(UpgradeWorkflow.QUEUE);
        worker.registerWorkflowImplementationTypes(RollingUpgrade.class, ProxyInspection.class);
        worker.registerActivitiesImplementations(
                new LedgerActivities(inventory, ledger, key, new NothingForced(), scene.clock),
                new AgentReports(inventory, ledger, calls, refusal -> {}));
        theirs.start();

        var job = new TemporalUpgrades(calls, inventory, ledger, key, Scenario.QUICK, new NothingForced(), scene.clock)
                .submit(scene.submission(null))
                .jobId();
        var outcome = scene.outcome(job);

        assertThat(outcome).isEqualTo(Outcome.REFUSED);
        assertThat(ledger.task(job).orElseThrow().failReason()).contains("UNSIGNED_ORDER");
        assertThat(scene.nodes.asked).isEmpty();
        assertThat(scene.nodes.ageLimits).as("not even looked at").isEmpty();
        assertThat(scene.ledger.all()).isEmpty();
        theirs.shutdownNow();
        theirs.awaitTermination(10, TimeUnit.SECONDS);
        scene.startServer();
        scene.submit();
        assertThat(scene.outcome()).as("once they are gone").isEqualTo(Outcome.DONE);
    }

    @Test
    void the_control_plane_hears_of_an_order_that_was_refused() {
        var refusal = new OrderRefusal("n1", NodeFault.UNSIGNED_ORDER, "not signed", scene.clock.instant(), 3);
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("refused:node:n1")
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .build();

        scene.client.newWorkflowStub(InspectWorkflow.class, options).inspect(new InspectRequest(refusal));

        assertThat(scene.refusals).containsExactly(refusal);
    }

    @Test
    void an_agent_that_is_not_enrolled_says_what_to_type() {
        scene.enrolled.enrolWith(Optional.empty());

        var job = scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(scene.task(job).failReason())
                .contains("NOT_ENROLLED")
                .contains("changeover node enroll n1")
                .contains("changeover agent enroll TOKEN");
        assertThat(scene.nodes.asked).isEmpty();
    }

    @Test
    void a_key_that_was_changed_is_refused_until_the_agent_is_enrolled_again() throws Exception {
        scene.enrolled.enrolWith(
                Optional.of(OrderSigner.of("another key, of 32 bytes exactly".getBytes(StandardCharsets.US_ASCII))));
        var job = scene.submit();
        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(scene.task(job).failReason()).contains("UNSIGNED_ORDER", "changeover node enroll n1");

        scene.enrolled.enrolWith(Optional.of(scene.signer));
        scene.enrolled.forget("n1");
        scene.enrolled.forget("n2");
        scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
    }

    /** An order as its upgrade's history has it. */
    private record Recorded(String node, String activity, JsonNode order) {}

    private List<Recorded> recorded() {
        var converter = scene.client.getOptions().getDataConverter();
        return scene.history().getEvents().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .map(event -> event.getActivityTaskScheduledEventAttributes())
                .filter(scheduled -> scheduled.getTaskQueue().getName().startsWith("node:"))
                .map(scheduled -> new Recorded(
                        scheduled.getTaskQueue().getName().substring("node:".length()),
                        scheduled.getActivityType().getName(),
                        converter.fromPayload(scheduled.getInput().getPayloads(0), JsonNode.class, JsonNode.class)))
                .toList();
    }

    private JsonNode json(Object order) {
        var converter = scene.client.getOptions().getDataConverter();
        return converter.fromPayload(converter.toPayload(order).orElseThrow(), JsonNode.class, JsonNode.class);
    }

    private static JsonNode parse(String text) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

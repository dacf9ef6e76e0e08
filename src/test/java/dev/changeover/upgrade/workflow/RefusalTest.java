package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.OtherJobs;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.UpgradeRecords;
import dev.changeover.window.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever speaks against an upgrade ends it before anything has changed. */
class RefusalTest {
    private static final KernelVersion OTHER = KernelVersion.of("2.6.12.2");
    private static final Set<Blocker> SEEN_BY_AGENTS = EnumSet.range(Blocker.NODE_UNREACHABLE, Blocker.LOST_STICKINESS);

    private final Scene scene = new SkippedTime(new UpgradeSettings(
            Duration.ZERO, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ZERO, 20));

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TARGET_WITHDRAWN", "TOO_MANY_AT_ONCE", "NODES_CHANGED"})
    void refuses_and_changes_nothing(Blocker blocker) {
        var submission = scene.submission(null);
        submission = bring(blocker, submission);
        var before = scene.proxy().status();

        var admission = scene.upgrades.submit(submission);

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(admission)
                .isInstanceOf(SEEN_BY_AGENTS.contains(blocker) ? Admission.Admitted.class : Admission.Refused.class);
        var task = scene.task(admission.jobId());
        assertThat(task.status()).isEqualTo(Task.Status.FAILED);
        assertThat(task.outcome()).isEqualTo("REFUSED");
        assertThat(task.code()).isEqualTo(blocker.code());
        assertThat(task.failReason()).contains(blocker.sentence());
        assertThat(task.endedAt()).isNotNull();
        assertThat(scene.nodes.asked).isEmpty();
        assertThat(scene.proxy().status()).isEqualTo(before);
        assertThat(UpgradeRecords.read(task.snapshot()).result().blockers())
                .extracting(Check::blocker)
                .contains(blocker);
    }

    /** Brings about what the blocker is for. */
    private Submission bring(Blocker blocker, Submission asked) {
        switch (blocker) {
            case NOT_HA_OR_CLUSTER ->
                register(Scene.proxy(Scene.PROXY, Proxy.Mode.SINGLE, Proxy.Status.NORMAL, Scene.nodes(1)));
            case FROZEN -> register(Instance.Status.FROZEN);
            case INSTANCE_ABNORMAL -> scene.inventory.mark(Scene.PROXY, Proxy.Status.ABNORMAL);
            case OPERATION_RUNNING -> anotherUpgradeOnTheSameInstance();
            case ALREADY_NEWEST ->
                register(scene.proxy().nodes().stream()
                        .map(node -> Scene.node(node.id(), node.role(), ScriptedNodes.NEW))
                        .toList());
            case NO_TARGET ->
                scene.inventory.register(List.of(
                        Scene.kernel(ScriptedNodes.OLD, Kernel.Lifecycle.EXPIRED),
                        Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE)));
            case TARGET_WITHDRAWN, TOO_MANY_AT_ONCE, NODES_CHANGED ->
                throw new AssertionError("not at admission: these have tests of their own");
            case WRONG_SOURCE -> {
                return with(asked, OTHER, ScriptedNodes.NEW);
            }
            case NOT_THE_NEWEST -> {
                return with(asked, ScriptedNodes.OLD, OTHER);
            }
            case BELOW_MINIMUM -> {
                register(Scene.nodes(3).stream()
                        .map(node -> Scene.node(node.id(), node.role(), KernelVersion.of("1.9.16.0")))
                        .toList());
                return with(asked, KernelVersion.of("1.9.16.0"), ScriptedNodes.NEW);
            }
            case NODE_ABNORMAL ->
                scene.inventory.observed(new Inventory.Observation(
                        "n2", ScriptedNodes.OLD, Node.Status.ABNORMAL, null, 0, Instant.EPOCH, null, NodeFacts.NONE));
            case NODE_UNREACHABLE -> scene.kill("n2");
            case AGENT_VERSION -> scene.nodes.protocol = 9;
            case NODE_DIFFERS -> scene.nodes.serve("n2", OTHER);
            case NODE_PROBLEM -> scene.nodes.report("n2", new Problem(Problem.Kind.DISK_FULL, "no room"));
            case LOST_STICKINESS -> scene.nodes.report("n2", new Problem(Problem.Kind.LOST_STICKINESS, "of app"));
        }
        return asked;
    }

    private void anotherUpgradeOnTheSameInstance() {
        var second = Scene.proxy(
                "px-2",
                List.of(
                        Scene.node("px-2", "m1", Node.Role.PRIMARY, ScriptedNodes.OLD),
                        Scene.node("px-2", "m2", Node.Role.STANDBY, ScriptedNodes.OLD)));
        scene.inventory.register(new Inventory.Fleet(List.of(), List.of(), List.of(second)));
        new OtherJobs(scene.inventory, scene.ledger).admitted(Progress.of(Requests.of("job-2", "px-2")));
    }

    private static Submission with(Submission asked, KernelVersion source, KernelVersion target) {
        return new Submission(
                asked.projectId(),
                asked.instanceId(),
                asked.proxyId(),
                source,
                target,
                asked.scheduled(),
                asked.key(),
                asked.fingerprint(),
                asked.requester(),
                asked.acceptLostStickiness(),
                null);
    }

    private void register(Instance.Status status) {
        var instance = new Instance(Scene.INSTANCE, Scene.PROJECT, "orders", status, MaintenanceWindow.DEFAULT);
        scene.inventory.register(new Inventory.Fleet(
                List.of(new Project(Scene.PROJECT, "shop", "eu-de")), List.of(instance), List.of()));
    }

    private void register(List<Node> nodes) {
        register(Scene.proxy(Scene.PROXY, nodes));
    }

    private void register(Proxy proxy) {
        scene.inventory.register(new Inventory.Fleet(List.of(), List.of(), List.of(proxy)));
    }

    @Test
    void refuses_when_a_node_reports_a_problem_after_staging() {
        scene.nodes.during(
                "n3 stage", () -> scene.nodes.report("n3", new Problem(Problem.Kind.CONFIG_CHANGED, "edited")));

        var job = scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertRefusedAfterStaging(job, Blocker.NODE_PROBLEM);
    }

    @Test
    void refuses_when_the_target_is_withdrawn_while_it_is_staged() {
        scene.nodes.during(
                "n3 stage",
                () -> scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE))));

        var job = scene.submit();

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertRefusedAfterStaging(job, Blocker.TARGET_WITHDRAWN);
    }

    @Test
    void refuses_when_the_target_is_withdrawn_while_it_is_paused_before_the_first_handover() {
        scene.nodes.during("n3 stage", this::pauseFirst);
        var job = scene.submit();
        scene.await("paused", progress -> progress.paused() && scene.nodes.deeds.size() == 3);
        scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE)));

        scene.say(Command.RESUME, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        assertRefusedAfterStaging(job, Blocker.TARGET_WITHDRAWN);
    }

    private void pauseFirst() {
        var job = scene.ledger.open().getFirst().jobId();
        scene.say(Command.PAUSE, job);
    }

    private void assertRefusedAfterStaging(String job, Blocker blocker) {
        assertThat(scene.nodes.deeds).containsExactlyInAnyOrder("n1 stage", "n2 stage", "n3 stage");
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
        assertThat(scene.task(job).code()).isEqualTo(blocker.code());
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.kinds(job)).endsWith("REFUSED").doesNotContain("HANDING_OVER");
    }
}

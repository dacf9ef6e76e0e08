package dev.changeover.upgrade;

import static dev.changeover.upgrade.Blocker.AGENT_VERSION;
import static dev.changeover.upgrade.Blocker.ALREADY_NEWEST;
import static dev.changeover.upgrade.Blocker.BELOW_MINIMUM;
import static dev.changeover.upgrade.Blocker.FROZEN;
import static dev.changeover.upgrade.Blocker.INSTANCE_ABNORMAL;
import static dev.changeover.upgrade.Blocker.NODE_DIFFERS;
import static dev.changeover.upgrade.Blocker.NODE_PROBLEM;
import static dev.changeover.upgrade.Blocker.NODE_UNREACHABLE;
import static dev.changeover.upgrade.Blocker.NOT_HA_OR_CLUSTER;
import static dev.changeover.upgrade.Blocker.NOT_THE_NEWEST;
import static dev.changeover.upgrade.Blocker.NO_TARGET;
import static dev.changeover.upgrade.Blocker.WRONG_SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.task.Task;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Precheck.Facts;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.workflow.Requests;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The reasons to refuse an upgrade, as a table of facts; the first blocker gives the answer its code. */
class PrecheckTest {
    private static final KernelVersion OLD = ScriptedNodes.OLD;
    private static final KernelVersion NEW = ScriptedNodes.NEW;
    private static final NodeStep NODE =
            new NodeStep("n2", "n2", Node.Role.STANDBY, "node:n2", OLD, Duration.ZERO, null);

    static Stream<Arguments> central() {
        var nodes = Scene.nodes(3);
        var proxy = Scene.proxy("px", nodes(OLD, OLD));
        return Stream.of(
                row("all is well", facts(proxy)),
                row("HA", facts(mode(Proxy.Mode.HA, nodes))),
                row("nodes that no agent has answered for", facts(Scene.proxy("px", nodes(OLD, OLD)))),
                row("a node seen abnormal", facts(seenAbnormal()), Blocker.NODE_ABNORMAL),
                row("single mode", facts(mode(Proxy.Mode.SINGLE, nodes)), NOT_HA_OR_CLUSTER),
                row("frozen instance", facts(Instance.Status.FROZEN, proxy), FROZEN),
                row("abnormal instance", facts(Instance.Status.ABNORMAL, proxy), INSTANCE_ABNORMAL),
                row("abnormal proxy", facts(status(Proxy.Status.ABNORMAL, nodes)), INSTANCE_ABNORMAL),
                row("proxy being upgraded, by this job", facts(status(Proxy.Status.UPGRADING, nodes))),
                row("at the target", facts(Scene.proxy("px", nodes(NEW, NEW))), ALREADY_NEWEST, WRONG_SOURCE),
                row("half at the target", facts(Scene.proxy("px", nodes(NEW, OLD)))),
                row("haproxy 2.0", from("haproxy", "2.0.0.0"), WRONG_SOURCE),
                row("haproxy 2.0.x", from("haproxy", "2.0.31.1"), WRONG_SOURCE),
                row("haproxy 2.2.x", from("haproxy", "2.2.9.2"), WRONG_SOURCE),
                row("haproxy below 2.0", from("haproxy", "1.9.16.0"), BELOW_MINIMUM, WRONG_SOURCE),
                row("taurusproxy 2.3.0.1", from("taurusproxy", "2.3.0.1"), WRONG_SOURCE),
                row("taurusproxy 2.3.0.0", from("taurusproxy", "2.3.0.0"), BELOW_MINIMUM, WRONG_SOURCE),
                row("no kernels", new Facts(instance(), proxy, List.of(), List.of()), NO_TARGET),
                row("withdrawn target", withNewest(Kernel.Lifecycle.OFFLINE), ALREADY_NEWEST, NOT_THE_NEWEST),
                row("risky target", withNewest(Kernel.Lifecycle.RISKY), ALREADY_NEWEST, NOT_THE_NEWEST),
                row("something newer", withCatalogue(active("2.6.13.0"), active(NEW)), NOT_THE_NEWEST),
                row("newer without package", withCatalogue(withoutPackage("2.6.13.0"), active(NEW))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void central(String name, Facts facts, List<Blocker> expected) {
        var failed = Check.failed(Precheck.central(facts, OLD, NEW));

        assertThat(failed).extracting(Check::blocker).containsExactlyElementsOf(expected);
        assertThat(failed)
                .allSatisfy(check -> assertThat(check.sentence())
                        .startsWith(check.blocker().sentence())
                        .doesNotContain("null"));
    }

    @Test
    void a_proxy_on_a_withdrawn_version_is_told_that_nothing_newer_is_to_be_had() {
        var ahead = Scene.proxy("px", nodes(NEW, NEW));
        var catalogue = List.of(Scene.kernel(NEW, Kernel.Lifecycle.DEFECTIVE), active(OLD));
        var withdrawn = new Facts(instance(), ahead, catalogue, List.of());

        assertThat(Check.failed(Precheck.central(withdrawn)))
                .extracting(Check::sentence)
                .containsExactly("no newer version is ACTIVE and has a package: %s runs, and the newest of these is %s"
                        .formatted(NEW, OLD));
        assertThat(Check.failed(Precheck.central(facts(ahead))))
                .extracting(Check::sentence)
                .containsExactly("no newer version is ACTIVE and has a package: %s runs".formatted(NEW));
    }

    static Stream<Arguments> onNodes() {
        return Stream.of(
                Arguments.of("all is well", seen(OLD, 1, null), List.of()),
                Arguments.of("silent", new NodeSight("n2", null, "nobody there"), List.of(NODE_UNREACHABLE)),
                Arguments.of("agent of the version before", seen(OLD, NodeState.PROTOCOL - 1, null), List.of()),
                Arguments.of("older agent", seen(OLD, NodeState.PROTOCOL - 2, null), List.of(AGENT_VERSION)),
                Arguments.of("newer agent", seen(OLD, NodeState.PROTOCOL + 1, null), List.of(AGENT_VERSION)),
                Arguments.of("another version", seen(NEW, 1, null), List.of(NODE_DIFFERS)),
                Arguments.of("an unknown version", seen(null, 1, null), List.of(NODE_DIFFERS)),
                Arguments.of("a problem", seen(OLD, 1, Problem.Kind.DISK_FULL), List.of(NODE_PROBLEM)),
                Arguments.of(
                        "a problem that explains the difference",
                        seen(null, 1, Problem.Kind.NOTHING_SERVES),
                        List.of(NODE_PROBLEM)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void onNodes(String name, NodeSight sight, List<Blocker> expected) {
        var failed = Check.failed(Precheck.node(NODE, sight));

        assertThat(failed).extracting(Check::blocker).containsExactlyElementsOf(expected);
        assertThat(failed).allSatisfy(check -> assertThat(check.detail()).contains("n2"));
    }

    @Test
    void says_of_an_agent_of_another_version_what_to_do() {
        assertThat(Check.failed(Precheck.node(NODE, seen(OLD, NodeState.PROTOCOL - 2, null))))
                .singleElement()
                .satisfies(check -> assertThat(check.detail())
                        .contains("older than this server accepts", "install the server's version there"));
        assertThat(Check.failed(Precheck.node(NODE, seen(OLD, NodeState.PROTOCOL + 1, null))))
                .singleElement()
                .satisfies(check -> assertThat(check.detail())
                        .contains("newer than this server accepts", "upgrade the server first"));
    }

    @Test
    void lost_stickiness_speaks_against_an_upgrade_unless_the_request_accepts_it() {
        var sight = seen(OLD, 1, Problem.Kind.LOST_STICKINESS);

        assertThat(Check.failed(Precheck.node(NODE, sight, false)))
                .singleElement()
                .satisfies(check -> assertThat(check.blocker()).isEqualTo(Blocker.LOST_STICKINESS));
        assertThat(Check.failed(Precheck.node(NODE, sight, true))).isEmpty();
        assertThat(Check.failed(Precheck.node(NODE, seen(OLD, 1, Problem.Kind.DISK_FULL), true)))
                .hasSize(1);
    }

    @Test
    void old_sessions_speak_against_nothing() {
        assertThat(Check.failed(Precheck.node(NODE, seen(OLD, 1, Problem.Kind.STILL_RETIRING))))
                .isEmpty();
    }

    @Test
    void asks_every_blocker_as_a_question_that_can_be_passed() {
        var facts = facts(Scene.proxy("px", nodes(OLD, OLD)));
        var passed = Stream.of(
                        Precheck.central(facts, OLD, NEW),
                        Precheck.again(facts, planned(facts.proxy()), facts.target()),
                        Precheck.node(NODE, seen(OLD, 1, null)))
                .flatMap(List::stream);

        assertThat(passed.filter(Check::passed).map(Check::blocker).distinct())
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Blocker.TOO_MANY_AT_ONCE)));
    }

    private static Progress planned(Proxy proxy) {
        return Progress.of(Requests.of("job-1"))
                .nodes(UpgradePlan.of(proxy, NEW, Duration.ZERO).nodes().stream()
                        .map(NodeProgress::of)
                        .toList());
    }

    /** A node with an older version came, or one that was planned is gone: the upgrade would not be what it says it is. */
    @Test
    void nodes_that_are_not_those_of_the_plan_speak_against_a_beginning() {
        var two = nodes(OLD, OLD);
        var plan = planned(Scene.proxy("px", two));

        assertThat(again(Scene.proxy("px", List.of(two.getFirst(), two.getLast(), third(OLD))), plan))
                .containsExactly(Blocker.NODES_CHANGED.sentence() + ": n3 is not in the plan");
        assertThat(again(Scene.proxy("px", List.of(two.getFirst())), plan))
                .containsExactly(Blocker.NODES_CHANGED.sentence() + ": the proxy has no n2");
        assertThat(again(Scene.proxy("px", List.of(two.getFirst(), two.getLast(), third(NEW))), plan))
                .isEmpty();
    }

    private static Node third(KernelVersion version) {
        return Scene.node("n3", Node.Role.STANDBY, version);
    }

    private static List<String> again(Proxy proxy, Progress plan) {
        var facts = facts(proxy);
        return Check.failed(Precheck.again(facts, plan, facts.target())).stream()
                .map(Check::sentence)
                .toList();
    }

    @Test
    void says_of_what_passed_the_value_that_decided_it() {
        var facts = facts(Scene.proxy("px", nodes(OLD, OLD)));
        var checks = Stream.of(Precheck.central(facts), Precheck.node(NODE, seen(OLD, 1, null)));

        assertThat(checks.flatMap(List::stream).map(Check::sentence))
                .contains(
                        "the proxy is in HA or cluster mode: mode CLUSTER",
                        "the instance is not frozen: NORMAL",
                        "there is something newer: %s < %s".formatted(OLD, NEW),
                        "every node runs its engine's minimum or newer: n1 runs %1$s, n2 runs %1$s; the minimum of haproxy is 2.0.0.0"
                                .formatted(OLD),
                        "no client loses its server: n2")
                .anyMatch(sentence -> sentence.matches("no node reports a problem: n2, [0-9]+ MB of disk are free"));
    }

    @Test
    void names_the_nodes_below_the_minimum_and_the_minimum_of_their_engine() {
        assertThat(Check.failed(Precheck.central(from("taurusproxy", "2.3.0.0"))))
                .singleElement()
                .extracting(Check::sentence)
                .isEqualTo("a node runs a version below its engine's minimum, which cannot be upgraded on request; "
                        + "ask support: n1 runs 2.3.0.0; the minimum of taurusproxy is 2.3.0.1");
    }

    @Test
    void names_the_job_that_is_in_the_way() {
        var others = List.of(job());

        var failed = Check.failed(
                Precheck.central(new Facts(instance(), Scene.proxy("px", nodes(OLD, OLD)), catalogue(), others)));

        assertThat(failed)
                .singleElement()
                .extracting(Check::sentence)
                .isEqualTo(
                        "another operation is running on this proxy or its instance: job job-2 on proxy front-2 is in phase NODES");
    }

    @Test
    void an_abnormal_node_is_told_once_with_its_cause() {
        var seen = Check.of(Blocker.NODE_ABNORMAL, false, "n1 is ABNORMAL");
        var cause = Check.of(Blocker.NODE_PROBLEM, false, "n1: DISK_FULL, 1 MB is free");

        assertThat(Precheck.together(List.of(seen), List.of(cause))).containsExactly(cause);
        assertThat(Precheck.together(List.of(seen), List.of(Check.of(Blocker.NODE_PROBLEM, true, ""))))
                .contains(seen);
    }

    private static Task job() {
        return new Task(
                "job-2",
                "p",
                "in",
                "orders",
                "px-2",
                "front-2",
                Task.Kind.INSTANT,
                Task.Status.RUNNING,
                0,
                OLD.toString(),
                NEW.toString(),
                "NODES",
                "NODES",
                "",
                null,
                "",
                "",
                "carol",
                null,
                "",
                Instant.EPOCH,
                null,
                null,
                null,
                "");
    }

    private static Arguments row(String name, Facts facts, Blocker... expected) {
        return Arguments.of(name, facts, Arrays.asList(expected));
    }

    private static Facts facts(Proxy proxy) {
        return facts(Instance.Status.NORMAL, proxy);
    }

    private static Facts facts(Instance.Status status, Proxy proxy) {
        return new Facts(
                new Instance("in", "p", "orders", status, MaintenanceWindow.DEFAULT), proxy, catalogue(), List.of());
    }

    private static Facts from(String engine, String version) {
        var proxy = new Proxy(
                "px",
                "in",
                "front",
                "127.0.0.1",
                3306,
                Proxy.Mode.CLUSTER,
                engine,
                Proxy.Status.NORMAL,
                nodes(v(version), OLD));
        return facts(proxy);
    }

    private static Proxy seenAbnormal() {
        var n = Scene.node("px", "n1", Node.Role.PRIMARY, OLD);
        var seen = new Node(
                n.id(),
                n.proxyId(),
                n.name(),
                n.role(),
                n.azCode(),
                n.taskQueue(),
                OLD,
                Node.Status.ABNORMAL,
                null,
                Instant.EPOCH,
                0);
        return Scene.proxy("px", List.of(seen, Scene.node("px", "n2", Node.Role.STANDBY, OLD)));
    }

    private static Facts withNewest(Kernel.Lifecycle lifecycle) {
        return withCatalogue(Scene.kernel(NEW, lifecycle), active(OLD));
    }

    private static Facts withCatalogue(Kernel... kernels) {
        return new Facts(instance(), Scene.proxy("px", nodes(OLD, OLD)), List.of(kernels), List.of());
    }

    private static List<Kernel> catalogue() {
        return List.of(active(NEW), active(OLD));
    }

    private static Kernel active(String version) {
        return active(v(version));
    }

    private static Kernel active(KernelVersion version) {
        return Scene.kernel(version);
    }

    private static Kernel withoutPackage(String version) {
        return new Kernel("haproxy", v(version), Kernel.Lifecycle.ACTIVE, "", version + "-1", "", null, List.of());
    }

    private static Instance instance() {
        return new Instance("in", "p", "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT);
    }

    private static Proxy mode(Proxy.Mode mode, List<Node> nodes) {
        return Scene.proxy("px", mode, Proxy.Status.NORMAL, nodes);
    }

    private static Proxy status(Proxy.Status status, List<Node> nodes) {
        return Scene.proxy("px", Proxy.Mode.CLUSTER, status, nodes);
    }

    private static List<Node> nodes(KernelVersion primary, KernelVersion standby) {
        return List.of(
                Scene.node("px", "n1", Node.Role.PRIMARY, primary), Scene.node("px", "n2", Node.Role.STANDBY, standby));
    }

    private static NodeSight seen(@Nullable KernelVersion serving, int protocol, Problem.@Nullable Kind problem) {
        var generation = new Generation(1, serving, "reported", true, 0, 0);
        var problems = problem == null ? List.<Problem>of() : List.of(new Problem(problem, "look"));
        return new NodeSight(
                "n2",
                new NodeState(
                        "n2",
                        "machine",
                        protocol,
                        Instant.EPOCH,
                        List.of(generation),
                        null,
                        problems,
                        List.of(),
                        1,
                        List.of(),
                        null,
                        null),
                "");
    }

    private static KernelVersion v(String version) {
        return KernelVersion.of(version);
    }
}

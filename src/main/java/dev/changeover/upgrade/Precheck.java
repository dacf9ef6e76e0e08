package dev.changeover.upgrade;

import static dev.changeover.upgrade.Blocker.*;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.task.Task;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether an upgrade may begin, decided on facts gathered once. The order matters: the first blocker gives the code.
 */
public final class Precheck {

    private Precheck() {}

    /**
     * The facts for the central checks.
     *
     * @param catalogue of the proxy's engine, newest first
     * @param others the upgrades that hold the proxy or its instance
     */
    public record Facts(Instance instance, Proxy proxy, List<Kernel> catalogue, List<Task> others) {
        private static final Set<Kernel.Lifecycle> WITHDRAWN =
                EnumSet.of(Kernel.Lifecycle.OFFLINE, Kernel.Lifecycle.DEFECTIVE);

        /** The only version an upgrade can go to (REQUIREMENTS S1). */
        public Optional<Kernel> target() {
            return Kernel.target(catalogue);
        }

        /** A version that was fixed earlier, unless it was withdrawn; a RISKY or EXPIRED one goes on. */
        public Optional<Kernel> offered(KernelVersion fixed) {
            return catalogue.stream()
                    .filter(kernel -> kernel.version().equals(fixed))
                    .filter(kernel -> !WITHDRAWN.contains(kernel.lifecycle()))
                    .filter(kernel -> !kernel.packages().isEmpty())
                    .findFirst();
        }
    }

    /** The checks that need no request. */
    public static List<Check> central(Facts facts) {
        var target = facts.target().map(Kernel::version);
        var checks = new ArrayList<Check>();
        checks.add(Check.of(
                NOT_HA_OR_CLUSTER,
                facts.proxy().mode() != Proxy.Mode.SINGLE,
                "mode " + facts.proxy().mode()));
        checks.addAll(changeable(facts));
        checks.add(Check.of(
                NO_TARGET,
                target.isPresent(),
                target.map(KernelVersion::toString).orElse(facts.proxy().engine())));
        target.ifPresent(newest -> checks.add(isNewer(facts.proxy(), newest)));
        checks.add(Check.of(BELOW_MINIMUM, facts.proxy().nodesBelowMinimum().isEmpty(), belowMinimum(facts.proxy())));
        checks.add(nodesAreNormal(facts.proxy()));
        return List.copyOf(checks);
    }

    private static List<Check> changeable(Facts facts) {
        var instance = facts.instance().status();
        var proxy = facts.proxy().status();
        var isFrozen = instance == Instance.Status.FROZEN;
        var isAbnormal = instance == Instance.Status.ABNORMAL || proxy == Proxy.Status.ABNORMAL;
        return List.of(
                Check.of(FROZEN, !isFrozen, isFrozen ? "" : instance.toString()),
                Check.of(INSTANCE_ABNORMAL, !isAbnormal, isAbnormal ? "" : "%s and %s".formatted(instance, proxy)),
                Check.of(OPERATION_RUNNING, facts.others().isEmpty(), jobs(facts.others())));
    }

    private static Check isNewer(Proxy proxy, KernelVersion target) {
        var runs = proxy.version();
        if (runs.isOlderThan(target)) return Check.of(ALREADY_NEWEST, true, runs + " < " + target);
        var ahead = target.isOlderThan(runs) ? ", and the newest of these is " + target : "";
        return Check.of(ALREADY_NEWEST, false, runs + " runs" + ahead);
    }

    private static Check nodesAreNormal(Proxy proxy) {
        return Check.of(NODE_ABNORMAL, proxy.nodes().stream().noneMatch(Precheck::isAbnormal), abnormal(proxy));
    }

    /** The same with what the caller asked for. */
    public static List<Check> central(Facts facts, KernelVersion source, KernelVersion target) {
        var checks = new ArrayList<>(central(facts));
        var newest = facts.target().map(Kernel::version);
        checks.add(Check.of(
                NOT_THE_NEWEST,
                newest.isEmpty() || newest.get().equals(target),
                "asked for %s, newest is %s"
                        .formatted(target, newest.map(Object::toString).orElse("none"))));
        checks.add(isSource(facts.proxy().version(), source));
        return List.copyOf(checks);
    }

    /**
     * The conditions that still have to hold right before a node begins. Before the first handover that is everything,
     * for the target as it is now; after it, what happens on finished and skipped nodes stops no other.
     *
     * @param target what the upgrade goes to now; empty when it was withdrawn and nothing takes its place
     */
    public static List<Check> again(Facts facts, Progress progress, Optional<Kernel> target) {
        var checks = new ArrayList<>(changeable(facts));
        checks.add(
                Check.of(TARGET_WITHDRAWN, target.isPresent(), progress.target().toString()));
        if (!progress.pointOfNoReturnPassed()) {
            target.ifPresent(kernel -> checks.add(isNewer(facts.proxy(), kernel.version())));
            checks.add(isSource(facts.proxy().version(), progress.from()));
            checks.add(areThosePlanned(
                    facts.proxy(), progress, target.map(Kernel::version).orElse(progress.target())));
            checks.add(nodesAreNormal(facts.proxy()));
        }
        return List.copyOf(checks);
    }

    /** Nobody else would upgrade a node that is not in the plan, and no order is signed for one that the proxy has not. */
    private static Check areThosePlanned(Proxy proxy, Progress progress, KernelVersion target) {
        var planned = progress.untouched().stream().map(NodeStep::nodeId).collect(toSet());
        var present = proxy.nodes().stream().map(Node::id).collect(toSet());
        var changes = Stream.concat(
                        proxy.nodes().stream()
                                .filter(node -> node.version().isOlderThan(target) && !planned.contains(node.id()))
                                .map(node -> node.name() + " is not in the plan"),
                        progress.untouched().stream()
                                .filter(node -> !present.contains(node.nodeId()))
                                .map(node -> "the proxy has no " + node.name()))
                .collect(joining(", "));
        return Check.of(NODES_CHANGED, changes.isEmpty(), changes.isEmpty() ? planned.size() + " nodes" : changes);
    }

    private static Check isSource(KernelVersion current, KernelVersion source) {
        return Check.of(
                WRONG_SOURCE, current.equals(source), "asked from %s, the proxy runs %s".formatted(source, current));
    }

    /**
     * Each problem once: that a node was seen to be abnormal is left out where its agent now says why.
     *
     * @param onNodes of agents that were asked
     */
    public static List<Check> together(List<Check> central, List<Check> onNodes) {
        var isSaid = !Check.failed(onNodes).isEmpty();
        return Stream.concat(
                        central.stream().filter(check -> !isSaid || check.blocker() != NODE_ABNORMAL), onNodes.stream())
                .toList();
    }

    /** The meaning of an agent's answer, or of its silence, for a node. */
    public static List<Check> node(NodeStep node, NodeSight sight) {
        return node(node, sight, false);
    }

    /** @param acceptLostStickiness whether the request accepts that stick tables are lost */
    public static List<Check> node(NodeStep node, NodeSight sight, boolean acceptLostStickiness) {
        var name = node.name();
        var expected = node.from();
        var state = sight.state();
        if (state == null) {
            return List.of(Check.of(NODE_UNREACHABLE, false, name + ": " + sight.silence()));
        }
        var lost = problems(state, kind -> kind == Kind.LOST_STICKINESS && !acceptLostStickiness);
        var problems = problems(state, kind -> kind != Kind.LOST_STICKINESS && kind != Kind.STILL_RETIRING);
        var runs = state.serving().map(NodeState.Generation::kernel);
        return List.of(
                Check.of(NODE_UNREACHABLE, true, name),
                Check.of(AGENT_VERSION, speaksOurs(state.protocol()), agentVersion(name, state.protocol())),
                Check.of(
                        NODE_PROBLEM,
                        problems.isEmpty(),
                        problems.isEmpty()
                                ? "%s, %d MB of disk are free".formatted(name, state.freeBytes() >> 20)
                                : name + ": " + problems),
                Check.of(LOST_STICKINESS, lost.isEmpty(), lost.isEmpty() ? name : name + ": " + lost),
                Check.of(
                        NODE_DIFFERS,
                        !(problems + lost).isEmpty()
                                || runs.filter(expected::equals).isPresent(),
                        "%s runs %s, the inventory says %s"
                                .formatted(name, runs.map(Object::toString).orElse("an unknown version"), expected)));
    }

    private static String problems(NodeState state, Predicate<Kind> which) {
        return state.problems().stream()
                .filter(problem -> which.test(problem.kind()))
                .map(problem -> problem.kind() + ", " + problem.text())
                .collect(joining("; "));
    }

    private static String agentVersion(String name, int protocol) {
        if (speaksOurs(protocol)) return "%s speaks %d".formatted(name, protocol);
        return protocol < NodeState.PROTOCOL
                ? "the agent of %s is older than this server accepts (protocol %d, and the server %d): install the server's version there"
                        .formatted(name, protocol, NodeState.PROTOCOL)
                : "the agent of %s is newer than this server accepts (protocol %d, and the server %d): upgrade the server first"
                        .formatted(name, protocol, NodeState.PROTOCOL);
    }

    private static boolean speaksOurs(int protocol) {
        return protocol == NodeState.PROTOCOL || protocol == NodeState.PROTOCOL - 1;
    }

    private static String jobs(List<Task> others) {
        return others.stream()
                .map(task ->
                        "job %s on proxy %s is in phase %s".formatted(task.jobId(), task.proxyName(), task.phase()))
                .collect(joining(", "));
    }

    /** The nodes below it, or all where none is. */
    private static String belowMinimum(Proxy proxy) {
        var below = proxy.nodesBelowMinimum();
        return (below.isEmpty() ? proxy.nodes() : below)
                .stream()
                        .map(node -> node.name() + " runs " + node.version())
                        .collect(joining(
                                ", ",
                                "",
                                "; the minimum of %s is %s".formatted(proxy.engine(), Kernel.minimum(proxy.engine()))));
    }

    /** A node that was never seen is for its agent to judge, whom the prechecks ask too. */
    private static boolean isAbnormal(Node node) {
        return node.status() != Node.Status.NORMAL && node.status() != Node.Status.UNSEEN;
    }

    /** The nodes that are, or all where none is. */
    private static String abnormal(Proxy proxy) {
        var isSome = proxy.nodes().stream().anyMatch(Precheck::isAbnormal);
        return proxy.nodes().stream()
                .filter(node -> !isSome || isAbnormal(node))
                .map(node -> "%s is %s".formatted(node.name(), node.status()))
                .collect(joining(", "));
    }
}

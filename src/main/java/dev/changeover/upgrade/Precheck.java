package dev.changeover.upgrade;

import static dev.changeover.upgrade.Blocker.*;
import static java.util.stream.Collectors.joining;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeState;
import dev.changeover.task.Task;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        checks.add(Check.of(NO_TARGET, target.isPresent(), facts.proxy().engine()));
        target.ifPresent(newest -> checks.add(isNewer(facts.proxy(), newest)));
        checks.add(Check.of(BELOW_MINIMUM, facts.proxy().nodesBelowMinimum().isEmpty(), belowMinimum(facts.proxy())));
        checks.add(nodesAreNormal(facts.proxy()));
        return List.copyOf(checks);
    }

    private static List<Check> changeable(Facts facts) {
        var instance = facts.instance().status();
        return List.of(
                Check.of(FROZEN, instance != Instance.Status.FROZEN, ""),
                Check.of(
                        INSTANCE_ABNORMAL,
                        instance != Instance.Status.ABNORMAL && facts.proxy().status() != Proxy.Status.ABNORMAL,
                        ""),
                Check.of(OPERATION_RUNNING, facts.others().isEmpty(), jobs(facts.others())));
    }

    private static Check isNewer(Proxy proxy, KernelVersion target) {
        return Check.of(
                ALREADY_NEWEST,
                proxy.version().isOlderThan(target),
                proxy.version().toString());
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
            var current = facts.proxy().version();
            target.ifPresent(kernel -> checks.add(isNewer(facts.proxy(), kernel.version())));
            checks.add(isSource(current, progress.from()));
            checks.add(nodesAreNormal(facts.proxy()));
        }
        return List.copyOf(checks);
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
    public static List<Check> node(UpgradePlan.NodeStep node, NodeSight sight) {
        return node(node, sight, false);
    }

    /** @param acceptLostStickiness whether the request accepts that stick tables are lost */
    public static List<Check> node(UpgradePlan.NodeStep node, NodeSight sight, boolean acceptLostStickiness) {
        var name = node.name();
        var expected = node.from();
        var state = sight.state();
        if (state == null) {
            return List.of(Check.of(NODE_UNREACHABLE, false, name + ": " + sight.silence()));
        }
        var problems = state.problems().stream()
                .filter(problem -> problem.kind() != NodeState.Problem.Kind.STILL_RETIRING)
                .filter(problem -> problem.kind() != NodeState.Problem.Kind.LOST_STICKINESS || !acceptLostStickiness)
                .toList();
        var runs = state.serving().map(NodeState.Generation::kernel);
        return List.of(
                Check.of(NODE_UNREACHABLE, true, ""),
                Check.of(
                        AGENT_VERSION,
                        state.protocol() == NodeState.PROTOCOL || state.protocol() == NodeState.PROTOCOL - 1,
                        agentVersion(name, state.protocol())),
                Check.of(
                        NODE_PROBLEM,
                        problems.isEmpty(),
                        name + ": "
                                + problems.stream()
                                        .map(problem -> problem.kind() + ", " + problem.text())
                                        .collect(joining("; "))),
                Check.of(
                        NODE_DIFFERS,
                        !problems.isEmpty() || runs.filter(expected::equals).isPresent(),
                        "%s runs %s, the inventory says %s"
                                .formatted(name, runs.map(Object::toString).orElse("an unknown version"), expected)));
    }

    private static String agentVersion(String name, int protocol) {
        return protocol < NodeState.PROTOCOL
                ? "the agent of %s is older than this server accepts (protocol %d, and the server %d): install the server's version there"
                        .formatted(name, protocol, NodeState.PROTOCOL)
                : "the agent of %s is newer than this server accepts (protocol %d, and the server %d): upgrade the server first"
                        .formatted(name, protocol, NodeState.PROTOCOL);
    }

    private static String jobs(List<Task> others) {
        return others.stream()
                .map(task ->
                        "job %s on proxy %s is in phase %s".formatted(task.jobId(), task.proxyName(), task.phase()))
                .collect(joining(", "));
    }

    private static String belowMinimum(Proxy proxy) {
        return proxy.nodesBelowMinimum().stream()
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

    private static String abnormal(Proxy proxy) {
        return proxy.nodes().stream()
                .filter(Precheck::isAbnormal)
                .map(node -> "%s is %s".formatted(node.name(), node.status()))
                .collect(joining(", "));
    }
}

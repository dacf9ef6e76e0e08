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
import java.util.List;
import java.util.Optional;

/** Whether an upgrade may begin, decided on facts gathered once. The order matters: the first blocker gives the code. */
final class Precheck {

    /** Below it a user's request is refused (REQUIREMENTS S16). */
    static final KernelVersion MINIMUM = KernelVersion.of("2.3.0.1");

    private Precheck() {}

    /**
     * What the central checks look at.
     *
     * @param catalogue of the proxy's engine, newest first
     * @param others upgrades on the same instance that have not ended
     */
    record Facts(Instance instance, Proxy proxy, List<Kernel> catalogue, List<Task> others) {

        /** The only version an upgrade can go to (REQUIREMENTS S1). */
        Optional<Kernel> target() {
            return catalogue.stream()
                    .filter(kernel -> kernel.lifecycle() == Kernel.Lifecycle.ACTIVE)
                    .filter(kernel -> !kernel.packages().isEmpty())
                    .findFirst();
        }
    }

    /** What can be said without a request. */
    static List<Check> central(Facts facts) {
        var proxy = facts.proxy();
        var target = facts.target().map(Kernel::version);
        var checks = new ArrayList<Check>();
        checks.add(Check.of(NOT_HA_OR_CLUSTER, proxy.mode() != Proxy.Mode.SINGLE, "mode " + proxy.mode()));
        checks.add(Check.of(FROZEN, facts.instance().status() != Instance.Status.FROZEN, ""));
        checks.add(Check.of(
                INSTANCE_ABNORMAL,
                facts.instance().status() != Instance.Status.ABNORMAL && proxy.status() != Proxy.Status.ABNORMAL,
                ""));
        checks.add(Check.of(OPERATION_RUNNING, facts.others().isEmpty(), jobs(facts.others())));
        checks.add(Check.of(NO_TARGET, target.isPresent(), proxy.engine()));
        target.ifPresent(newest -> checks.add(Check.of(
                ALREADY_NEWEST,
                proxy.version().isOlderThan(newest),
                proxy.version().toString())));
        checks.add(Check.of(BELOW_MINIMUM, !proxy.version().isOlderThan(MINIMUM), nodesBelow(proxy)));
        checks.add(Check.of(
                NODE_ABNORMAL,
                proxy.nodes().stream().allMatch(node -> node.status() == Node.Status.NORMAL),
                abnormal(proxy)));
        return List.copyOf(checks);
    }

    /** The same with what the caller asked for. */
    static List<Check> central(Facts facts, KernelVersion source, KernelVersion target) {
        var checks = new ArrayList<>(central(facts));
        var newest = facts.target().map(Kernel::version);
        var current = facts.proxy().version();
        checks.add(Check.of(
                NOT_THE_NEWEST,
                newest.isEmpty() || newest.get().equals(target),
                "asked for %s, newest is %s"
                        .formatted(target, newest.map(Object::toString).orElse("none"))));
        checks.add(Check.of(
                WRONG_SOURCE, current.equals(source), "asked from %s, the proxy runs %s".formatted(source, current)));
        return List.copyOf(checks);
    }

    /** What an agent's answer, or its silence, says of a node. */
    static List<Check> node(UpgradePlan.NodeStep node, NodeSight sight) {
        var name = node.name();
        var expected = node.from();
        var state = sight.state();
        if (state == null) {
            return List.of(Check.of(NODE_UNREACHABLE, false, name + ": " + sight.silence()));
        }
        var runs = state.serving().map(NodeState.Generation::kernel);
        return List.of(
                Check.of(NODE_UNREACHABLE, true, ""),
                Check.of(
                        AGENT_VERSION,
                        state.protocol() == NodeState.PROTOCOL || state.protocol() == NodeState.PROTOCOL - 1,
                        "%s speaks protocol %d, this server %d".formatted(name, state.protocol(), NodeState.PROTOCOL)),
                Check.of(
                        NODE_PROBLEM,
                        state.problems().isEmpty(),
                        name + ": "
                                + state.problems().stream()
                                        .map(problem -> problem.kind() + ", " + problem.text())
                                        .collect(joining("; "))),
                Check.of(
                        NODE_DIFFERS,
                        !state.problems().isEmpty()
                                || runs.filter(expected::equals).isPresent(),
                        "%s runs %s, the inventory says %s"
                                .formatted(name, runs.map(Object::toString).orElse("an unknown version"), expected)));
    }

    private static String jobs(List<Task> others) {
        return others.stream()
                .map(task ->
                        "job %s on proxy %s is in phase %s".formatted(task.jobId(), task.proxyName(), task.phase()))
                .collect(joining(", "));
    }

    private static String nodesBelow(Proxy proxy) {
        return proxy.nodes().stream()
                .filter(node -> node.version().isOlderThan(MINIMUM))
                .map(node -> node.name() + " runs " + node.version())
                .collect(joining(", "));
    }

    private static String abnormal(Proxy proxy) {
        return proxy.nodes().stream()
                .filter(node -> node.status() != Node.Status.NORMAL)
                .map(node -> "%s is %s".formatted(node.name(), node.status()))
                .collect(joining(", "));
    }
}

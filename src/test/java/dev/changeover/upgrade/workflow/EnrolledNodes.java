package dev.changeover.upgrade.workflow;

import dev.changeover.host.FileTree;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.order.CheckedOrders;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.order.OrderSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Agents that carry out only what a control plane has signed, each with a run directory of its own. */
public final class EnrolledNodes implements NodeActivities {
    /** What they refused. */
    public final List<OrderRefusal> refusals = new CopyOnWriteArrayList<>();

    private final NodeActivities agents;
    private final Clock clock;
    private final Path home;
    private final Map<String, CheckedOrders> checked = new ConcurrentHashMap<>();
    private volatile Optional<OrderSigner> signer;

    public EnrolledNodes(NodeActivities agents, OrderSigner signer, Clock clock) {
        this.agents = agents;
        this.signer = Optional.of(signer);
        this.clock = clock;
        try {
            this.home = Files.createTempDirectory("scene");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Nodes that were never asked anything are enrolled with this control plane from now on, or with none. */
    public void enrolWith(Optional<OrderSigner> other) {
        signer = other;
    }

    /** The node's agent starts anew, and is enrolled as those that were never asked. */
    void forget(String nodeId) throws IOException {
        checked.remove(nodeId);
        FileTree.delete(home.resolve(nodeId));
    }

    /** By which keys those go that were asked something. */
    public List<String> keys() {
        return checked.values().stream().flatMap(agent -> agent.key().stream()).toList();
    }

    private NodeActivities of(NodeOrder order) {
        return checked.computeIfAbsent(order.nodeId(), nodeId -> {
            try {
                var run = Files.createDirectories(home.resolve(nodeId));
                var now = clock.instant();
                if (signer.isPresent()) {
                    Enrolment.accept(Enrolment.token(signer.get(), nodeId, now), nodeId, run, now);
                }
                return new CheckedOrders(
                        agents,
                        new CheckedOrders.Site(nodeId, run, OrderRules.DEFAULT, Optional::empty),
                        clock,
                        refusals::add);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    public void delete() {
        try {
            FileTree.delete(home);
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        return of(order).inspect(order);
    }

    @Override
    public NodeState stage(StageOrder order) {
        return of(order.node()).stage(order);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        return of(order.node()).handOver(order);
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        return of(order.node()).verify(order);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        return of(order.node()).retire(order);
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        return of(order.node()).closeSessions(order);
    }
}

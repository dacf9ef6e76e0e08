package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.OrderRefusal;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import io.temporal.client.ActivityCanceledException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before an agent and lets through what it can trust. Each order is checked in this sequence, and carried out as
 * it was signed, whatever stands beside the signature:
 *
 * <ol>
 *   <li>The agent is enrolled; otherwise it refuses everything, unless {@code agent.toml} says it takes unsigned orders.
 *   <li>The control plane's key signed it, one that took its place, which the agent goes by from then on, or the one before
 *       for as long as it is good.
 *   <li>It is for this node and this kind of step, and still good by this host's clock.
 *   <li>No later step of its job was seen, and it was neither called off nor failed for good; a look, which changes nothing, may
 *       come late, and a closing that was carried out is answered again and closes nothing more.
 *   <li>It keeps to the floors of {@code agent.toml}, which hold for unsigned orders too.
 * </ol>
 *
 * Safe for concurrent use.
 */
public final class CheckedOrders implements NodeActivities {
    private static final Logger LOG = LoggerFactory.getLogger(CheckedOrders.class);

    private final NodeActivities agent;
    private final Site site;
    private final SeenSteps seen;
    private final InstantSource clock;
    private final Consumer<OrderRefusal> told;
    private final CurrentEnrolment enrolment;

    /**
     * The node that an agent looks after.
     *
     * @param runDir where its key is kept, looked at with each order: an enrolment counts at once
     * @param boots the kernel that the host boots; asked before a handover
     */
    public record Site(String nodeId, Path runDir, OrderRules rules, Boots boots) {}

    /** Asks the host for the kernel it boots; empty before the first one. */
    @FunctionalInterface
    public interface Boots {
        Optional<KernelVersion> kernel() throws IOException;
    }

    /** @param told hears of each order that is refused, at once and on the same thread */
    public CheckedOrders(NodeActivities agent, Site site, InstantSource clock, Consumer<OrderRefusal> told) {
        this.agent = agent;
        this.site = site;
        this.seen = new SeenSteps(site.runDir());
        this.enrolment = new CurrentEnrolment(site.runDir());
        this.clock = clock;
        this.told = told;
    }

    /** Stands before the agent of a node, and says in the log by whose orders it goes. */
    public static CheckedOrders before(NodeActivities agent, Site site, Consumer<OrderRefusal> told) {
        try {
            sayWhose(site, Enrolment.of(site.runDir()));
        } catch (IOException torn) {
            LOG.error("node {} takes orders of nobody: {}", site.nodeId(), torn.getMessage());
        }
        return new CheckedOrders(agent, site, InstantSource.system(), told);
    }

    private static void sayWhose(Site site, Optional<Enrolment> enrolment) {
        if (enrolment.isPresent()) {
            LOG.info(
                    "node {} takes orders signed with key {}",
                    site.nodeId(),
                    enrolment.get().fingerprint());
        } else if (site.rules().takesUnsigned()) {
            LOG.warn(
                    "node {} takes orders of everybody who reaches Temporal, as agent.toml says: enrol it, and take"
                            + " unsigned = true out",
                    site.nodeId());
        } else {
            LOG.warn("{}", notEnrolled(site.nodeId()));
        }
    }

    private static String notEnrolled(String nodeId) {
        return "this agent takes orders of nobody until it is enrolled: 'changeover node enroll %s' prints a token, 'changeover agent enroll TOKEN' takes it up on this host"
                .formatted(nodeId);
    }

    /** An order that may be carried out; {@code signed} is null for an unsigned one, {@code closed} unless it was. */
    private record Trusted<O>(
            O order, @Nullable SignedText signed, @Nullable Closed closed) {}

    @Override
    public NodeState inspect(NodeOrder order) {
        return carryOut(Set.of(OrderKind.INSPECT), order, order, NodeOrder.class, trusted -> {
            site.rules().keepAgeLimit(trusted.ageLimit());
            return agent.inspect(trusted);
        });
    }

    @Override
    public NodeState stage(StageOrder order) {
        return carryOut(Set.of(OrderKind.STAGE), order.node(), order, StageOrder.class, agent::stage);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        return carryOut(Set.of(OrderKind.HAND_OVER), order.node(), order, HandOverOrder.class, trusted -> {
            site.rules().keepToNewer(trusted.kernel().version(), site.boots());
            return agent.handOver(trusted);
        });
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        var kinds = Set.of(OrderKind.WATCH, OrderKind.VERIFY);
        return carryOut(kinds, order.node(), order, VerifyOrder.class, agent::verify);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        return carryOut(Set.of(OrderKind.RETIRE), order.node(), order, RetireOrder.class, trusted -> {
            site.rules().keepAgeLimit(trusted.ageLimit());
            site.rules().keepPace(trusted.pace());
            return agent.retire(trusted);
        });
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        return checked(Set.of(OrderKind.CLOSE), order.node(), order, CloseOrder.class, trusted -> {
            if (trusted.closed() != null) return trusted.closed();
            site.rules().keepPace(trusted.order().pace());
            var closed = agent.closeSessions(trusted.order());
            if (trusted.signed() != null) seen.over(trusted.signed(), closed);
            return closed;
        });
    }

    private <O, R> R carryOut(Set<OrderKind> kinds, NodeOrder node, O asked, Class<O> type, Function<O, R> work) {
        return checked(kinds, node, asked, type, trusted -> work.apply(trusted.order()));
    }

    private <O, R> R checked(
            Set<OrderKind> kinds, NodeOrder node, O asked, Class<O> type, Function<Trusted<O>, R> work) {
        SignedText signed = null;
        try {
            var trusted = trusted(kinds, node, asked, type);
            signed = trusted.signed();
            return work.apply(trusted);
        } catch (ActivityCanceledException calledOff) {
            if (signed != null) seen.over(signed, null);
            throw calledOff;
        } catch (ApplicationFailure failure) {
            if (signed != null && failure.isNonRetryable()) seen.over(signed, null);
            tell(failure);
            throw failure;
        }
    }

    private void tell(ApplicationFailure failure) {
        for (var fault : Set.of(
                NodeFault.NOT_ENROLLED, NodeFault.UNSIGNED_ORDER, NodeFault.STALE_ORDER, NodeFault.BELOW_FLOOR)) {
            if (fault.name().equals(failure.getType())) {
                var reason = String.valueOf(failure.getOriginalMessage());
                LOG.warn("an order was refused, {}: {}", fault, reason);
                told.accept(new OrderRefusal(site.nodeId(), fault, reason, clock.instant(), 1));
            }
        }
    }

    private <O> Trusted<O> trusted(Set<OrderKind> kinds, NodeOrder node, O asked, Class<O> type) {
        var with = enrolment.now();
        if (with.isEmpty()) {
            if (site.rules().takesUnsigned()) {
                return new Trusted<>(asked, null, null);
            }
            throw NodeFault.NOT_ENROLLED.because(notEnrolled(site.nodeId()));
        }
        var signed = signed(with.get(), node);
        if (!kinds.contains(signed.kind()) || !signed.nodeId().equals(site.nodeId())) {
            throw NodeFault.UNSIGNED_ORDER.because("the signature is for %s on node %s, not for %s on node %s"
                    .formatted(signed.kind(), signed.nodeId(), kinds, site.nodeId()));
        }
        var now = clock.instant();
        if (now.isAfter(signed.good())) {
            throw NodeFault.STALE_ORDER.because(
                    "the order was good until %s, and this host's clock shows %s: if that is wrong, set it right"
                            .formatted(signed.good(), now));
        }
        var closed = seen.saw(signed, now).orElse(null);
        try {
            return new Trusted<>(SignedText.JSON.treeToValue(signed.order(), type), signed, closed);
        } catch (JsonProcessingException strange) {
            throw NodeFault.UNSIGNED_ORDER.because("the signed order cannot be read: " + strange.getOriginalMessage());
        }
    }

    /** Names the key that orders have to be signed with; empty if there is none, or nobody can tell. */
    public Optional<String> key() {
        return enrolment.key();
    }

    private SignedText signed(Enrolment with, NodeOrder node) {
        var permit = node.permit();
        if (permit == null) {
            throw NodeFault.UNSIGNED_ORDER.because(
                    "the order is not signed: it did not come from the control plane that node %s is enrolled with"
                            .formatted(site.nodeId()));
        }
        if (!enrolment.hasSigned(permit, clock.instant())) {
            throw NodeFault.UNSIGNED_ORDER.because(
                    "the order is not signed with the key %s that node %s goes by: say retry, and if the control plane has a"
                                    .formatted(with.fingerprint(), site.nodeId())
                            + " new key file, enrol again: 'changeover node enroll %s', 'changeover agent enroll TOKEN'"
                                    .formatted(site.nodeId()));
        }
        try {
            return SignedText.JSON.readValue(permit.text(), SignedText.class);
        } catch (JsonProcessingException strange) {
            throw NodeFault.UNSIGNED_ORDER.because("the signed text cannot be read: " + strange.getOriginalMessage());
        }
    }
}

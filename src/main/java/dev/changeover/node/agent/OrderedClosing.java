package dev.changeover.node.agent;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.RetiringSessions.Held;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.site.NodeSite;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Closes sessions of a node by an operator's order: one, or all of the generations that retired when the order
 * began. In the same order of preference as a retirement and paced together with it, but without limits of age or time.
 */
final class OrderedClosing implements SessionDrain {

    /** How old the database's word may be when a session is chosen. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final NodeSite site;
    private final CloseOrder order;
    private final @Nullable SessionId wanted;
    private final RetiringSessions held;
    private final RateLimitedCloser closing;
    private List<Held> meant = List.of();
    private int ordered;
    private int newest;

    /**
     * @param name tells this order from every other one
     * @param before where an earlier attempt at this order stood, as far as the control plane has heard
     */
    OrderedClosing(NodeSite site, CloseOrder order, String name, Optional<Closed> before) {
        this.site = site;
        this.order = order;
        this.wanted = order.session() == null ? null : parse(order.session());
        this.held = new RetiringSessions(site, wanted);
        this.closing = new RateLimitedCloser(
                site,
                name,
                order.pace(),
                before.map(Closed::closed).orElse(0),
                before.map(Closed::closings).orElse(List.of()));
        this.ordered = before.map(Closed::ordered).orElse(-1);
        this.newest = before.map(Closed::newest).orElse(0);
    }

    /** What is begun again, as after a pause, goes by the same name, where the control plane gives the order one. */
    static OrderedClosing of(NodeSite site, CloseOrder order, ActivityExecutionContext context) {
        var info = context.getInfo();
        var name = info.getWorkflowId() + " " + (order.id() == null ? info.getActivityId() : order.id());
        return new OrderedClosing(site, order, name, context.getHeartbeatDetails(Closed.class));
    }

    /** Where this fails, the failure says what was closed before. */
    void counted(Runnable work) {
        try {
            work.run();
        } catch (ApplicationFailure failure) {
            throw ApplicationFailure.newBuilder(failure).setDetails(progress()).build();
        } catch (UncheckedIOException failure) {
            var type = UncheckedIOException.class.getName();
            throw ApplicationFailure.newFailureWithCause(
                    String.valueOf(failure.getMessage()), type, failure, progress());
        }
    }

    private static SessionId parse(String written) {
        return SessionId.parse(written)
                .filter(id -> id.key().indexOf('.') > 0)
                .orElseThrow(() -> NodeFault.NO_SUCH_SESSION.because(
                        "'%s' names no session; take the id from those who still hold on".formatted(written)));
    }

    @Override
    public void look(GenerationSnapshot observed) throws IOException, InterruptedException {
        held.look(
                observed.retiring().stream()
                        .filter(old -> order.node().isAbout(old.number()))
                        .toList(),
                FRESH);
        if (ordered < 0) begin(observed);
        meant = wanted != null
                ? held.find(wanted).stream().toList()
                : held.all().stream()
                        .filter(one -> one.generation().number() <= newest)
                        .toList();
        keepLimits();
    }

    /** At each look, because only Temporal says that an earlier attempt had kept to them. */
    private void keepLimits() {
        if (wanted == null && meant.size() > order.confirmed()) {
            throw NodeFault.COUNT_CHANGED.because(
                    "%d sessions remain on %s now, %d were confirmed; none was closed: look again and confirm anew"
                            .formatted(meant.size(), site.nodeId(), order.confirmed()));
        }
        site.configuration()
                .orders()
                .keepAges(meant.stream().map(one -> one.session().age()));
    }

    /** What retires later is not what the operator saw. */
    private void begin(GenerationSnapshot observed) {
        var serving =
                observed.serving().stream().anyMatch(live -> wanted != null && live.number() == wanted.generation());
        if (serving) {
            throw NodeFault.NO_SUCH_SESSION.because(
                    "%s is a session of the serving generation; only those of retiring ones are closed"
                            .formatted(wanted));
        }
        for (var generation : observed.retiring()) {
            generation.cannotClose().ifPresent(why -> {
                throw NodeFault.NOT_SAFE.because("generation %d: %s".formatted(generation.number(), why));
            });
        }
        if (!held.isWhole()) {
            throw NodeFault.NO_ANSWER.because("an old generation did not say which sessions it holds; none was closed");
        }
        ordered = wanted != null ? 1 : closing.whole(held.all());
        newest = observed.retiring().stream()
                .mapToInt(ProxyGeneration::number)
                .max()
                .orElse(0);
    }

    @Override
    public boolean isDone(GenerationSnapshot observed) {
        return meant.isEmpty() && held.isWhole();
    }

    @Override
    public boolean wantsToClose() {
        return !meant.isEmpty();
    }

    @Override
    public void closeOne() throws IOException {
        closing.closeOne(meant, now -> true);
    }

    @Override
    public Duration untilDue() throws IOException {
        return closing.untilDue();
    }

    @Override
    public Closed progress() {
        return new Closed(
                site.nodeId(),
                Math.max(ordered, 0),
                closing.closed(),
                Math.max(0, ordered - closing.closed() - meant.size()),
                held.all().size(),
                newest,
                closing.closings());
    }
}

package dev.changeover.node.agent;

import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.agent.RetiringSessions.Held;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lets the older generations of a node end, however many there are, and counts. A session may be closed only when it is older than the
 * limit and one of the order's openings is now. Those outside a transaction go first, unknown counts as inside; of these
 * the idle ones before the busy, and of these the oldest. One at a time, never faster than the pace, and only clients of
 * the operator's own frontends.
 */
final class AgeRetirement implements SessionDrain {

    /** How old the database's word may be when a session is chosen to be closed. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** How old it may be when it is only shown. */
    private static final Duration SHOWN = Duration.ofSeconds(10);

    private final NodeSite site;
    private final RetireOrder order;
    private final RetiringSessions held;
    private final RateLimitedCloser closing;

    /**
     * @param job whose old generations these are; it may order this more than once
     * @param before where an earlier attempt stood, as far as the control plane has heard
     */
    AgeRetirement(NodeSite site, RetireOrder order, String job, Optional<RetireProgress> before) {
        this.site = site;
        this.order = order;
        this.held = new RetiringSessions(site, null);
        this.closing = new RateLimitedCloser(
                site,
                job,
                order.pace(),
                before.map(RetireProgress::closed).orElse(0),
                before.map(RetireProgress::closings).orElse(List.of()));
    }

    @Override
    public void look(GenerationSnapshot observed) throws IOException, InterruptedException {
        held.look(observed.retiring().stream().filter(this::isMeant).toList(), wantsToClose() ? FRESH : SHOWN);
    }

    /** Another upgrade may have begun meanwhile: what retires for its sake is its own. */
    private boolean isMeant(ProxyGeneration generation) {
        return order.node().isAbout(generation.number());
    }

    /** Whether every generation that is meant has ended. */
    @Override
    public boolean isDone(GenerationSnapshot observed) {
        return observed.retiring().stream().noneMatch(this::isMeant)
                && observed.ended().stream().filter(order.node()::isAbout).allMatch(site.driver()::hasEnded);
    }

    /** Removes what ended generations and kernels leave behind. The caller holds the node's lock. */
    void cleanUp(GenerationSnapshot observed) throws IOException {
        site.clear(observed);
        var current = site.boot().current();
        if (current.isEmpty()) return;
        var older = site.kernels().all().stream()
                .map(StagedKernel::version)
                .filter(version -> version.isOlderThan(current.get()))
                .toList();
        // The last one before is kept for the emergency door; newer ones may be staged for the next upgrade.
        for (var version : older.subList(0, Math.max(0, older.size() - 1)))
            site.kernels().remove(version);
    }

    @Override
    public boolean wantsToClose() {
        return order.allows(site.clock().instant()) && held.all().stream().anyMatch(this::isOverAge);
    }

    private boolean isOverAge(Held one) {
        return one.session().age().compareTo(order.ageLimit()) > 0;
    }

    @Override
    public void closeOne() throws IOException {
        closing.closeOne(held.all().stream().filter(this::isOverAge).toList(), order::allows);
    }

    @Override
    public Duration untilDue() throws IOException {
        return closing.untilDue();
    }

    @Override
    public RetireProgress progress() {
        return new RetireProgress(
                site.nodeId(),
                held.all().size(),
                closing.closed(),
                held.oldestSeconds(),
                held.doing(),
                order.opening(site.clock().instant()).orElse(null),
                held.holders(),
                closing.closings());
    }
}

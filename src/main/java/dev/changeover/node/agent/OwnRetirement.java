package dev.changeover.node.agent;

import dev.changeover.node.NodeOrder;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets those generations end that no upgrade retires, such as a reload's: their sessions are closed as they come of age,
 * by the same rules and floors as in an upgrade's retirement, paced together with it. For one thread.
 */
public final class OwnRetirement {

    private static final Duration PACE = Duration.ofSeconds(1);

    /** Between two looks while nothing is to close. */
    private static final Duration SELDOM = Duration.ofSeconds(10);

    private final NodeSite site;
    private final Duration ageLimit;
    private final Duration pace;
    private @Nullable AgeRetirement retirement;

    /** @param ageLimit sessions older than this may be closed, no others (REQUIREMENTS S14); a higher floor counts instead */
    OwnRetirement(NodeSite site, Duration ageLimit) {
        this.site = site;
        var rules = site.configuration().orders();
        this.ageLimit = rules.ageLimit(ageLimit);
        this.pace = rules.pace(PACE);
    }

    /**
     * Closes at most one session.
     *
     * @return when to come again
     */
    public Duration act() throws IOException, InterruptedException {
        var marked = site.retiredByHand().all();
        if (marked.isEmpty() || Files.exists(site.maintenance())) return SELDOM;
        var own = own(site.driver().observe(), marked);
        if (own.live().isEmpty()) return forget(own);
        if (!hasOverAge(own)) return SELDOM;
        var closing = retirement();
        closing.look(own);
        if (closing.wantsToClose() && !closing.untilDue().isPositive()) {
            try (var held = site.lock().take(Duration.ZERO).orElse(null)) {
                if (held != null) closing.closeOne();
            }
        }
        var due = closing.untilDue();
        var next = due.isPositive() ? due : pace;
        // What has ended by itself is to be seen soon, however slow the pace.
        return next.compareTo(SELDOM) < 0 ? next : SELDOM;
    }

    private static GenerationSnapshot own(GenerationSnapshot observed, Set<Integer> marked) {
        return new GenerationSnapshot(
                observed.retiring().stream()
                        .filter(generation -> marked.contains(generation.number()))
                        .toList(),
                observed.silent(),
                observed.ended(),
                observed.orphans());
    }

    /** One that does not answer may still be there. */
    private Duration forget(GenerationSnapshot own) throws IOException, InterruptedException {
        retirement = null;
        if (!own.isClear()) return SELDOM;
        try (var held = site.lock().take(Duration.ZERO).orElse(null)) {
            if (held == null) return SELDOM;
            // Somebody may have marked another one since.
            var now = site.driver().observe();
            if (!now.isClear()) return SELDOM;
            site.retiredByHand()
                    .retain(now.live().stream().map(ProxyGeneration::number).collect(Collectors.toSet()));
            site.clear(now);
        }
        return SELDOM;
    }

    private boolean hasOverAge(GenerationSnapshot own) throws IOException {
        for (var generation : own.live()) {
            if (generation.sessions().stream().map(ProxySession::age).anyMatch(age -> age.compareTo(ageLimit) > 0)) {
                return true;
            }
        }
        return false;
    }

    private AgeRetirement retirement() {
        if (retirement == null) {
            var node = new NodeOrder(site.nodeId(), site.machineId(), ageLimit, 0, null);
            var order = new RetireOrder(node, null, ageLimit, pace, List.of());
            retirement = new AgeRetirement(site, order, "generations that no upgrade retires", Optional.empty());
        }
        return retirement;
    }
}

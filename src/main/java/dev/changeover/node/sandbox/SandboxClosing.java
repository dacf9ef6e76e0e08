package dev.changeover.node.sandbox;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Closes sessions of a sandbox node by an operator's order: one, or all of the generations that retired when the order
 * began. In the same order of preference as a retirement and paced together with it, but without limits of age or time.
 */
final class SandboxClosing {
    private final SandboxHost host;
    private final String nodeId;
    private final @Nullable SessionId wanted;
    private final SandboxPace pace;
    private final int ordered;
    private final int newest;

    /** @param before where an earlier attempt at this order stood */
    SandboxClosing(SandboxHost host, CloseOrder order, Optional<Closed> before) {
        this.host = host;
        this.nodeId = order.node().nodeId();
        this.wanted = order.session() == null ? null : parse(order.session());
        this.pace = new SandboxPace(
                host,
                order.pace(),
                before.map(Closed::closed).orElse(0),
                before.map(Closed::closings).orElse(List.of()));
        var all = SandboxHeld.in(host);
        if (before.isEmpty()) {
            refuse(order, all);
        }
        this.ordered = before.map(Closed::ordered).orElse(wanted != null ? 1 : all.size());
        // What retires later is not what the operator saw.
        this.newest = before.map(Closed::newest)
                .orElse(all.stream()
                        .mapToInt(held -> held.generation().number())
                        .max()
                        .orElse(0));
    }

    private static SessionId parse(String written) {
        return SessionId.parse(written)
                .orElseThrow(() -> NodeFault.NO_SUCH_SESSION.because(
                        "'%s' names no session; take the id from those who still hold on".formatted(written)));
    }

    private void refuse(CloseOrder order, List<SandboxHeld> all) {
        if (wanted == null && all.size() > order.confirmed()) {
            throw NodeFault.COUNT_CHANGED.because(
                    "%d sessions remain on %s now, %d were confirmed; none was closed: look again and confirm anew"
                            .formatted(all.size(), nodeId, order.confirmed()));
        }
        var serving = host.generations().stream()
                .filter(SandboxGeneration::accepting)
                .anyMatch(generation -> wanted != null && generation.number() == wanted.generation());
        if (serving) {
            throw NodeFault.NO_SUCH_SESSION.because(
                    "%s is a session of the serving generation; only those of retiring ones are closed"
                            .formatted(wanted));
        }
    }

    boolean done() {
        return meant().isEmpty();
    }

    void closeOne() {
        for (var held : meant()) {
            if (!held.generation().steerable()) {
                throw NodeFault.NO_ANSWER.because("generation %d does not answer"
                        .formatted(held.generation().number()));
            }
        }
        pace.closeOne(this::choice);
    }

    private Optional<SandboxHeld> choice(Instant now) {
        return meant().stream().filter(held -> held.generation().steerable()).min(SandboxHeld.PREFERENCE);
    }

    private List<SandboxHeld> meant() {
        return SandboxHeld.in(host).stream()
                .filter(held -> wanted != null
                        ? held.id().equals(wanted)
                        : held.generation().number() <= newest)
                .toList();
    }

    Duration untilNext(Duration atMost) {
        return pace.untilNext(atMost);
    }

    Closed progress() {
        return new Closed(
                nodeId,
                ordered,
                pace.closed(),
                Math.max(0, ordered - pace.closed() - meant().size()),
                SandboxHeld.in(host).size(),
                newest,
                pace.closings());
    }
}

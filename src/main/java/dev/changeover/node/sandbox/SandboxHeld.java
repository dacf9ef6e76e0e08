package dev.changeover.node.sandbox;

import dev.changeover.node.RetireProgress.Doing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.agent.SessionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** A session that a retiring generation of a sandbox node holds. */
record SandboxHeld(SandboxGeneration generation, SandboxSession session, Duration age) {
    private static final int MOST_HOLDERS = 10;

    /** Whom to close first: the idle, then the oldest. */
    static final Comparator<SandboxHeld> PREFERENCE = Comparator.comparing(
                    (SandboxHeld held) -> !held.session().idle())
            .thenComparing(SandboxHeld::age, Comparator.reverseOrder());

    /** The oldest first. */
    static List<SandboxHeld> in(SandboxHost host) {
        var now = host.clock().instant();
        return host.generations().stream()
                .filter(generation -> !generation.accepting())
                .flatMap(generation -> generation.sessions().stream()
                        .map(session -> new SandboxHeld(generation, session, session.age(now))))
                .sorted(Comparator.comparing(SandboxHeld::age).reversed())
                .toList();
    }

    SessionId id() {
        return new SessionId(generation.number(), Long.toString(session.number()), session.peer());
    }

    /** A relay sees questions and answers, but knows nothing of transactions. */
    private State state() {
        return session.idle() ? State.IDLE : State.BUSY;
    }

    static Doing doing(List<SandboxHeld> all) {
        return Doing.of(all, SandboxHeld::state);
    }

    static List<Holder> holders(List<SandboxHeld> all) {
        return all.stream().limit(MOST_HOLDERS).map(SandboxHeld::holder).toList();
    }

    private Holder holder() {
        return new Holder(id().toString(), session.peer(), generation.number(), age.toSeconds(), state(), null, null);
    }
}

package dev.changeover.node;

import java.io.IOException;
import java.time.Duration;

/** Watches a sandbox node for the soak time, and proves it at the end. */
final class SandboxVerification {
    private static final Duration LOGIN = Duration.ofSeconds(5);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SandboxHost host;
    private final VerifyOrder order;

    SandboxVerification(SandboxHost host, VerifyOrder order) {
        this.host = host;
        this.order = order;
    }

    /** Returns when the node has passed; {@code beat} is called about once a second. */
    void run(Runnable beat) throws InterruptedException {
        var first = serving();
        long errors = first.errors();
        var until = host.clock().instant().plus(order.soak());
        login(first);
        while (host.clock().instant().isBefore(until)) {
            beat.run();
            host.awaitChange(untilNext(Duration.between(host.clock().instant(), until)));
            if (serving() != first) {
                throw NodeFault.SOAK_FAILED.because("generation %d was replaced while it was watched; kernel %s died"
                        .formatted(first.number(), order.kernel().version()));
            }
            if (first.errors() > errors) {
                throw NodeFault.SOAK_FAILED.because("%d connections did not reach the database within the soak time"
                        .formatted(first.errors() - errors));
            }
        }
        if (order.alone() && host.generations().size() != 1) {
            throw NodeFault.NOT_VERIFIED.because("%d generations run, one is wanted; the older ones still have sessions"
                    .formatted(host.generations().size()));
        }
    }

    private SandboxGeneration serving() {
        var accepting =
                host.generations().stream().filter(SandboxGeneration::accepting).toList();
        if (accepting.size() != 1
                || !accepting
                        .getFirst()
                        .kernel()
                        .version()
                        .equals(order.kernel().version())) {
            throw NodeFault.NOT_VERIFIED.because("kernel %s should serve alone, but %s"
                    .formatted(
                            order.kernel().version(),
                            accepting.isEmpty()
                                    ? "nothing does"
                                    : "these do: "
                                            + accepting.stream()
                                                    .map(generation ->
                                                            generation.kernel().version())
                                                    .toList()));
        }
        return accepting.getFirst();
    }

    /** As a client would: through the address of the node. */
    private static void login(SandboxGeneration generation) {
        var configuration = generation.configuration();
        try {
            MysqlLogin.attempt(configuration.listen(), configuration.checkUser(), LOGIN);
        } catch (IOException refused) {
            throw NodeFault.NOT_VERIFIED.because("no login as %s through %s: %s"
                    .formatted(configuration.checkUser(), configuration.listen(), refused.getMessage()));
        }
    }

    private static Duration untilNext(Duration left) {
        return left.compareTo(SECOND) < 0 ? left : SECOND;
    }
}

package dev.changeover.node.sandbox;

import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.NodeFault;
import dev.changeover.node.VerifyOrder;
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
        var generation = serving();
        watch(generation, beat);
        login(generation);
        int living = host.generations().size();
        if (order.alone() && living != 1) {
            throw NodeFault.NOT_VERIFIED.because(
                    "%d generations run, one is wanted; the older ones still have sessions".formatted(living));
        }
    }

    private void watch(SandboxGeneration generation, Runnable beat) throws InterruptedException {
        long errors = generation.errors();
        var until = host.clock().instant().plus(order.soak());
        while (host.clock().instant().isBefore(until)) {
            beat.run();
            host.awaitChange(untilNext(Duration.between(host.clock().instant(), until)));
            if (!generation.accepting()) {
                throw NodeFault.SOAK_FAILED.because("generation %d of kernel %s ended while it was watched"
                        .formatted(generation.number(), order.kernel().version()));
            }
            if (generation.errors() > errors) {
                throw NodeFault.SOAK_FAILED.because("%d connections did not reach the database within the soak time"
                        .formatted(generation.errors() - errors));
            }
        }
    }

    private SandboxGeneration serving() {
        var kernel = order.kernel().version();
        var accepting =
                host.generations().stream().filter(SandboxGeneration::accepting).toList();
        if (accepting.size() != 1 || !accepting.getFirst().kernel().version().equals(kernel)) {
            var those = accepting.stream()
                    .map(generation -> generation.kernel().version())
                    .toList();
            throw NodeFault.NOT_VERIFIED.because(
                    "kernel %s should serve, and it alone; these do: %s".formatted(kernel, those));
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

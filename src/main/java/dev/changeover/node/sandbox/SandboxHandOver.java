package dev.changeover.node.sandbox;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.Breakpoint;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One handover on a sandbox node, in the steps of a real one:
 *
 * <ol>
 *   <li>Observe. Nothing is left to do when exactly one generation accepts, it is the kernel, and the node boots it.
 *   <li>Preflight: the staged kernel runs, says the right version, and the configuration can be used.
 *   <li>Start a generation beside the old one, on the same listening socket; or go on with one that is there.
 *   <li>Prove it: a login to the database. If that fails it retires, and the old one has never noticed.
 *   <li>Commit: move the boot pointer, and let all others retire.
 *   <li>Confirm: it alone accepts.
 * </ol>
 */
final class SandboxHandOver {
    private static final Duration LOGIN = Duration.ofSeconds(5);

    private final SandboxFiles files;
    private final SandboxHost host;
    private final SandboxKernels kernels;
    private final Breakpoint breakpoint;
    private final List<HandOver.Part> parts = new ArrayList<>();
    private long partBegan = System.nanoTime();

    SandboxHandOver(SandboxFiles files, SandboxHost host, SandboxKernels kernels, Breakpoint breakpoint) {
        this.files = files;
        this.host = host;
        this.kernels = kernels;
        this.breakpoint = breakpoint;
    }

    /** What was done and how long it took; empty when nothing was left to do. */
    List<HandOver.Part> parts() {
        return parts;
    }

    /** Hands over unless the kernel serves already with the operator's configuration. */
    void to(KernelVersion version, String reportedVersion) throws IOException {
        observe();
        var configuration = usableConfiguration();
        refuseChanged(configuration);
        if (!served(version)) {
            run(version, reportedVersion, configuration);
        }
    }

    /** Hands over to the serving kernel, with the operator's configuration as it is now. */
    void again(KernelVersion version, String reportedVersion) throws IOException {
        observe();
        run(version, reportedVersion, usableConfiguration());
    }

    /** Starts the kernel on a node where nothing serves. */
    void boot(KernelVersion version) throws IOException {
        var kernel = staged(version);
        var generation = start(kernel, usableConfiguration());
        files.boot(generation.kernel().version());
    }

    /** What a staged kernel must pass before it may start. */
    SandboxKernel preflight(KernelVersion version, String reportedVersion) throws IOException {
        var kernel = staged(version);
        if (kernel.broken().equals("run")) {
            throw NodeFault.BROKEN_KERNEL.because("kernel %s does not run on this node".formatted(version));
        }
        if (!kernel.reportedVersion().equals(reportedVersion)) {
            throw NodeFault.BROKEN_KERNEL.because("kernel %s says that it is %s, not %s"
                    .formatted(version, kernel.reportedVersion(), reportedVersion));
        }
        usableConfiguration();
        return kernel;
    }

    private void run(KernelVersion version, String reportedVersion, SandboxConfiguration configuration)
            throws IOException {
        passed("observe");
        var kernel = preflight(version, reportedVersion);
        part("preflight");
        var next = alreadyThere(version, configuration).orElse(null);
        if (next == null) {
            next = start(kernel, configuration);
        }
        part("start");
        prove(next);
        part("prove");
        files.boot(version);
        passed("boot pointer");
        for (var generation : host.generations()) {
            if (generation != next) {
                generation.retire();
            }
        }
        part("commit");
        if (!served(version)) {
            throw NodeFault.START_FAILED.because(
                    "generation %d of kernel %s is gone right after the handover".formatted(next.number(), version));
        }
        part("confirm");
    }

    private void observe() {
        for (var generation : host.generations()) {
            if (generation.orphaned()) {
                throw NodeFault.NOT_SAFE.because("generation %d runs, but nothing here can steer it: end it by hand"
                        .formatted(generation.number()));
            }
            if (!generation.answers()) {
                throw NodeFault.NO_ANSWER.because(
                        "generation %d does not answer; nobody knows whether it lives".formatted(generation.number()));
            }
        }
    }

    private boolean served(KernelVersion version) throws IOException {
        var accepting = accepting();
        return accepting.size() == 1
                && accepting.getFirst().kernel().version().equals(version)
                && files.boot().filter(version::equals).isPresent();
    }

    private Optional<SandboxGeneration> alreadyThere(KernelVersion version, SandboxConfiguration configuration) {
        return accepting().stream()
                .filter(generation -> generation.kernel().version().equals(version))
                .filter(generation -> generation.configuration().equals(configuration))
                .findFirst();
    }

    private List<SandboxGeneration> accepting() {
        return host.generations().stream().filter(SandboxGeneration::accepting).toList();
    }

    private SandboxKernel staged(KernelVersion version) throws IOException {
        return kernels.find(version)
                .orElseThrow(() -> NodeFault.NO_PACKAGE.because(
                        "kernel %s is not staged on this node: stage it first".formatted(version)));
    }

    private SandboxConfiguration usableConfiguration() throws IOException {
        try {
            return SandboxConfiguration.read(files.configuration());
        } catch (IllegalArgumentException unusable) {
            throw NodeFault.CONFIG_REFUSED.because(
                    "%s cannot be used: %s".formatted(files.configuration(), unusable.getMessage()));
        }
    }

    private void refuseChanged(SandboxConfiguration configuration) {
        if (accepting().stream()
                .anyMatch(generation -> !generation.configuration().equals(configuration))) {
            throw NodeFault.CONFIG_CHANGED.because(
                    "%s differs from what the node serves with: reload first".formatted(files.configuration()));
        }
    }

    private SandboxGeneration start(SandboxKernel kernel, SandboxConfiguration configuration) throws IOException {
        if (kernel.broken().equals("start")) {
            throw NodeFault.START_FAILED.because("kernel %s ended right after its start".formatted(kernel.version()));
        }
        boolean alone = accepting().isEmpty();
        try {
            return host.start(kernel, configuration);
        } catch (BindException taken) {
            throw alone
                    ? NodeFault.FOREIGN_PROXY.because("another program listens on " + configuration.listen())
                    : NodeFault.SOCKETS_NOT_HANDED_OVER.because("a generation of kernel %s could not take over %s: %s"
                            .formatted(kernel.version(), configuration.listen(), taken.getMessage()));
        }
    }

    private void prove(SandboxGeneration next) throws IOException {
        var configuration = next.configuration();
        try {
            MysqlLogin.attempt(configuration.database(), configuration.checkUser(), LOGIN);
        } catch (IOException refused) {
            next.retire();
            throw NodeFault.DATABASE_REFUSES.because("no login as %s through generation %d at %s: %s"
                    .formatted(
                            configuration.checkUser(), next.number(), configuration.database(), refused.getMessage()));
        }
    }

    private void part(String name) {
        long now = System.nanoTime();
        parts.add(new HandOver.Part(name, Duration.ofNanos(now - partBegan).toMillis()));
        partBegan = now;
        passed(name);
    }

    private void passed(String step) {
        breakpoint.passed(step);
    }
}

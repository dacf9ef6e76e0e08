package dev.changeover.node.adoption;

import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.KernelOfProcess;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.SocketDonor;
import dev.changeover.haproxy.StartedBy;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.site.AdoptedUnit;
import dev.changeover.node.site.AgentConfiguration;
import io.temporal.failure.TemporalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes over a HAProxy that already serves on this host, without a client noticing:
 *
 * <ol>
 *   <li>Find it by the addresses of the operator's file, and check that it was started with that file, that its sockets
 *       can be copied, and that its sessions can be seen afterwards. Nothing is changed until here.
 *   <li>Keep its program as a kernel of this node.
 *   <li>Hold its systemd unit, if it has one.
 *   <li>Make it a generation of this node, as it is.
 *   <li>Hand over to a generation of the same kernel, in the steps of every handover. The old one retires.
 * </ol>
 *
 * Each step may find its work done, so that a second run after a crash at any point ends in the same state. A failure
 * before the old one has stopped accepting leaves everything as it was.
 */
public final class Adoption {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)(.*)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final AgentConfiguration configuration;
    private final @Nullable ProxyNode node;
    private final RunDirectory run;
    private final List<Path> files;

    /** @param node null for a look at the plan alone, where not even the node's directories may be made */
    public Adoption(AgentConfiguration configuration, @Nullable ProxyNode node) {
        this.configuration = configuration;
        this.node = node;
        this.run = new RunDirectory(configuration.runDir());
        this.files = configuration.operatorFiles();
    }

    /**
     * What will be done, in sentences.
     *
     * @param steps in order; empty when nothing is left to do
     * @param warnings of what will be different afterwards
     */
    public record Plan(
            RunningProxy proxy,
            KernelVersion version,
            String reportedVersion,
            List<String> steps,
            List<String> warnings) {

        public Plan {
            steps = List.copyOf(steps);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Looks, and changes nothing.
     *
     * @param named the kernel version that it shall have here; null to read it from what the program says
     * @throws IOException when it cannot be taken over; the message says why and what to do
     */
    public Plan plan(@Nullable KernelVersion named) throws IOException, InterruptedException {
        return plan(named, false);
    }

    /** @param acceptLostStickiness whether clients may go to another server than stick tables say, where those are lost */
    public Plan plan(@Nullable KernelVersion named, boolean acceptLostStickiness)
            throws IOException, InterruptedException {
        refuseOwnGenerations();
        var text = OperatorConfiguration.read(files);
        var proxy = RunningProxy.of(text, files);
        new SameFile(proxy, files, text).check();
        try (var copies = SocketDonor.of(proxy.worker())) {
            if (copies.size() == 0) throw new IOException("HAProxy %d listens on nothing".formatted(proxy.worker()));
        }
        var losses = AdoptionLosses.of(proxy, text);
        losses.refuseHardStop();
        losses.refuseLongGrace();
        if (!acceptLostStickiness) losses.refuseLostStickiness();
        var reported = KernelOfProcess.of(proxy.worker()).reportedVersion();
        var version = named != null ? named : version(reported);
        var unit = unit(proxy);
        var sentences = new PlanSentences(proxy, files, text);
        return new Plan(
                proxy,
                version,
                reported,
                sentences.steps(version, configuration.kernelsDir(), unit),
                sentences.warnings(losses, unit));
    }

    /** A version of four numbers from what a distribution's program says, such as {@code 2.6.12-1+deb12u3}. */
    static KernelVersion version(String reported) throws IOException {
        var numbers = VERSION.matcher(reported);
        if (!numbers.matches()) {
            throw new IOException(
                    "'%s' has no version of three numbers: say which one it is with --kernel".formatted(reported));
        }
        var last = "0";
        var others = NUMBER.matcher(numbers.group(4));
        while (others.find()) last = others.group();
        return KernelVersion.of("%s.%s.%s.%s".formatted(numbers.group(1), numbers.group(2), numbers.group(3), last));
    }

    public void carryOut(Plan plan) throws IOException, InterruptedException {
        var unit = unit(plan.proxy());
        new AdoptedUnit(configuration.runDir()).note(unit.map(SystemdUnit::name));
        carryOut(plan, unit);
    }

    void carryOut(Plan plan, Optional<? extends FormerOwner> unit) throws IOException, InterruptedException {
        var proxy = plan.proxy();
        node().take(plan.version(), plan.reportedVersion(), KernelOfProcess.of(proxy.worker())::copyTo);
        FormerCommand.note(proxy, configuration.runDir());
        try {
            if (unit.isPresent()) unit.get().hold();
            run.adopt(proxy, OperatorConfiguration.read(files).text(), plan.reportedVersion());
            node().boot(plan.version(), ByHand.CAREFULLY);
        } catch (IOException | UncheckedIOException | TemporalException failure) {
            try {
                new FailedAdoption(run, unit).takeBack();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** Whether an adoption was broken off that {@link #goOn} completes. */
    public boolean isBegun() throws IOException {
        return begun().isPresent();
    }

    /** Goes on with an adoption that was broken off, if there is one: the old one is a generation already. */
    public boolean goOn(@Nullable KernelVersion named) throws IOException, InterruptedException {
        var begun = begun();
        if (begun.isEmpty()) return false;
        var kernel = KernelOfProcess.of(begun.get().worker());
        var reported = kernel.reportedVersion();
        var version = named != null ? named : version(reported);
        node().take(version, reported, kernel::copyTo);
        node().boot(version, ByHand.CAREFULLY);
        return true;
    }

    private Optional<Generation.Live> begun() throws IOException {
        for (var live : run.serving()) {
            if (AdoptedProcess.in(live.directory()).isPresent()) return Optional.of(live);
        }
        return Optional.empty();
    }

    private ProxyNode node() {
        return Objects.requireNonNull(node, "a plan alone changes no node");
    }

    private static Optional<SystemdUnit> unit(RunningProxy proxy) {
        // The unit of a supervisor is not HAProxy's, and may have others.
        var isSupervised = proxy.startedBy().filter(StartedBy::isSupervisor).isPresent();
        return SystemdUnit.isInCharge() && !isSupervised ? proxy.unit().map(SystemdUnit::new) : Optional.empty();
    }

    /** Those that have stopped accepting and still have sessions are in nobody's way. */
    private void refuseOwnGenerations() throws IOException {
        for (var generation : run.generations()) {
            if (generation instanceof Generation.Unknown unknown) {
                throw new IOException(
                        "generation %d of this node does not answer: %s".formatted(unknown.number(), unknown.why()));
            }
            if (generation instanceof Generation.Live live && !live.stopping()) {
                throw new IOException("generation %d of this node serves already: there is nothing to adopt"
                        .formatted(live.number()));
            }
        }
    }
}

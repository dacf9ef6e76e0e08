package dev.changeover.node.site;

import dev.changeover.host.DiskReserve;
import dev.changeover.host.Reason;
import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What the rules of an agent share: the engine, where things are on this host, and who may change them now. */
public record NodeSite(
        AgentConfiguration configuration,
        ProxyDriver driver,
        BootPointer boot,
        KernelStore kernels,
        ProcessList processes,
        NodeLock lock,
        NodeLock stagingLock,
        Starts starts,
        DiskReserve reserve,
        String machineId,
        InstantSource clock,
        Breakpoint breakpoint) {

    /** A tree that has just been started, or is just ending, shows itself within this time. */
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(3);

    public static NodeSite of(AgentConfiguration configuration, ProxyDriver driver) throws IOException {
        var kernels = Files.createDirectories(configuration.kernelsDir()).toFile();
        return of(configuration, driver, kernels::getUsableSpace, InstantSource.system(), Breakpoint.NONE);
    }

    /** @param freeBytes on the disk that holds the kernels */
    public static NodeSite of(
            AgentConfiguration configuration,
            ProxyDriver driver,
            LongSupplier freeBytes,
            InstantSource clock,
            Breakpoint breakpoint)
            throws IOException {
        var run = configuration.runDir();
        return new NodeSite(
                configuration,
                driver,
                new BootPointer(run),
                new KernelStore(configuration.kernelsDir(), configuration.packageAddresses(), freeBytes, driver),
                new ProcessList(configuration.processList()),
                new NodeLock(run),
                NodeLock.ofStaging(run),
                new Starts(run.resolve("starts"), clock),
                new DiskReserve(run.resolve("reserve")),
                MachineId.of(run),
                clock,
                breakpoint);
    }

    public String nodeId() {
        return configuration.nodeId();
    }

    /** The generations that no upgrade retires. */
    public RetiredByHand retiredByHand() {
        return new RetiredByHand(configuration.runDir().resolve("retired-by-hand"));
    }

    /** Why nothing new can be written here; empty where it can. */
    public Optional<String> lacksRoom() {
        for (var directory : List.of(configuration.runDir(), kernels.directory())) {
            if (Files.exists(directory) && !Files.isWritable(directory)) {
                return Optional.of(
                        "%s cannot be written: its disk is read-only, or its rights are wrong".formatted(directory));
            }
        }
        var free = kernels.freeBytes();
        if (free >= KernelStore.NEEDED_BYTES) return Optional.empty();
        return Optional.of("%d MB are free in %s, %d MB are needed"
                .formatted(free >> 20, kernels.directory(), KernelStore.NEEDED_BYTES >> 20));
    }

    /** What the last handover left behind. */
    public BeforeHandover beforeHandover() {
        return new BeforeHandover(configuration.runDir().resolve("before-handover"));
    }

    /** While this file is there, a person works on the host and nothing is started or handed over. */
    public Path maintenance() {
        return configuration.maintenance();
    }

    /** The operator's configuration as it is now. */
    public ProxyConfiguration operatorConfiguration() {
        try {
            return driver.configuration();
        } catch (IOException e) {
            throw NodeFault.CONFIG_REFUSED.because(
                    "the %s configuration cannot be used: %s".formatted(driver.name(), Reason.of(e)));
        }
    }

    /** Fails where something runs that does not answer or cannot be asked: nobody may act on half a picture. */
    public GenerationSnapshot observe(Poll poll) throws IOException, InterruptedException {
        var looks = new GenerationSnapshot[] {driver.observe()};
        poll.until(SETTLES_WITHIN, () -> looks[0].isClear() || (looks[0] = driver.observe()).isClear());
        var look = looks[0];
        if (!look.silent().isEmpty()) {
            throw NodeFault.NO_ANSWER.because("nobody knows whether it lives: "
                    + look.silent().getFirst().why() + "; look at the processes of this generation on the host");
        }
        if (!look.orphans().isEmpty()) {
            throw NodeFault.NOT_SAFE.because("%s processes %s were started for %s and cannot be asked any more: %s"
                    .formatted(driver.name(), look.orphans(), configuration.runDir(), "end them by hand"));
        }
        return look;
    }

    /**
     * Removes what is left of generations that have ended, unless nothing serves: then what served last is started again
     * from it. The caller holds the node's lock.
     */
    public void clear(GenerationSnapshot observed) throws IOException {
        if (!observed.serving().isEmpty()) clear(observed.ended());
    }

    /** The same where others have served since. */
    public void clear(List<Integer> ended) throws IOException {
        for (var generation : ended) {
            if (!driver.hasEnded(generation)) continue;
            // Its number is given to the next one: a mark that stayed would be about that.
            retiredByHand().remove(generation);
            driver.remove(generation);
        }
    }
}

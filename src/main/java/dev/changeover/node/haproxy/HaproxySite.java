package dev.changeover.node.haproxy;

import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.AgentConfiguration;
import dev.changeover.node.agent.Breakpoint;
import dev.changeover.node.agent.KernelStore;
import dev.changeover.node.agent.MachineId;
import dev.changeover.node.agent.NodeLock;
import dev.changeover.node.agent.ProcessList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/** What the parts of the HAProxy driver share: where things are on this host, and who may change them now. */
public record HaproxySite(
        AgentConfiguration configuration,
        RunDirectory run,
        KernelStore kernels,
        ProcessList processes,
        NodeLock lock,
        String machineId,
        InstantSource clock,
        Breakpoint breakpoint) {

    static HaproxySite of(AgentConfiguration configuration) throws IOException {
        Files.createDirectories(configuration.kernelsDir());
        var kernels = configuration.kernelsDir().toFile();
        return of(
                configuration,
                new KernelStore(
                        configuration.kernelsDir(),
                        Objects.requireNonNull(configuration.packageAddresses()),
                        kernels::getUsableSpace),
                InstantSource.system(),
                Breakpoint.NONE);
    }

    static HaproxySite of(
            AgentConfiguration configuration, KernelStore kernels, InstantSource clock, Breakpoint breakpoint)
            throws IOException {
        return new HaproxySite(
                configuration,
                new RunDirectory(configuration.runDir()),
                kernels,
                new ProcessList(configuration.processList()),
                new NodeLock(configuration.runDir()),
                MachineId.of(configuration.runDir()),
                clock,
                breakpoint);
    }

    Path operatorFile() {
        return Objects.requireNonNull(configuration.haproxyConfiguration());
    }

    String checkUser() {
        return Objects.requireNonNull(configuration.checkUser());
    }

    /** The operator's configuration as it is now. */
    OperatorConfiguration operatorConfiguration() {
        try {
            return OperatorConfiguration.read(operatorFile());
        } catch (IOException e) {
            throw NodeFault.CONFIG_REFUSED.because("the HAProxy configuration cannot be used: " + e.getMessage());
        }
    }

    /** While this file is there, a person works on the host and nothing is started or handed over. */
    boolean inMaintenance() {
        return Files.exists(run.path().resolve("MAINTENANCE"));
    }
}

package dev.changeover.agent;

import dev.changeover.host.DataDirectory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.sandbox.SandboxStatus;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentConfiguration.Driver;
import dev.changeover.temporal.GrpcReason;
import dev.changeover.temporal.TemporalConfigurationException;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalSettings;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The agent of this host's node, and what a person does by hand on the host. */
@Command(
        name = "agent",
        subcommands = {CheckCommand.class, AdoptCommand.class, EnrollCommand.class, GiveBackCommand.class},
        mixinStandardHelpOptions = true,
        description = "Runs the agent of the node on this host, or acts on the node by hand.")
public final class AgentCommand implements Callable<Integer> {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final String ACCEPT_CUT = "--accept-cut";
    private static final String ACCEPTED_CUT =
            "also where what serves was started with hard-stop-after, and cuts its sessions then";

    @Option(
            names = "--config",
            scope = CommandLine.ScopeType.INHERIT,
            defaultValue = "/etc/changeover/agent.toml",
            description = "the agent's configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("/etc/changeover/agent.toml");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgentRole.run(AgentConfiguration.read(config));
        return 0;
    }

    @Command(
            description = "Shows what runs on this node, and what speaks against an upgrade.",
            mixinStandardHelpOptions = true)
    int status() throws IOException {
        var state = state(AgentConfiguration.read(config));
        var out = out();
        state.generations()
                .forEach(generation -> out.println("generation %d  %s  %s  %d sessions, %d older than 24 h"
                        .formatted(
                                generation.number(),
                                generation.reportedVersion(),
                                generation.serving() ? "serving" : "retiring",
                                generation.sessions(),
                                generation.overAge())));
        state.backends()
                .forEach(backend -> out.println("backend %s  proven by %s"
                        .formatted(
                                backend.name(),
                                switch (backend.kind()) {
                                    case MYSQL ->
                                        backend.unsaid()
                                                ? "a login if it greets as MySQL does, else its checks alone"
                                                : "a login to MySQL";
                                    case OTHER -> "its checks alone";
                                })));
        out.println("after a reboot: " + (state.boot() == null ? "nothing" : state.boot()));
        state.problems()
                .forEach(problem ->
                        out.println("problem on %s: %s, %s".formatted(state.nodeId(), problem.kind(), problem.text())));
        state.warnings().forEach(warning -> out.println("warning: " + warning));
        return state.problems().isEmpty() ? 0 : 1;
    }

    @Command(
            description = "Hands over to the same kernel with the operator's configuration as it is now.",
            mixinStandardHelpOptions = true)
    int reload(
            @Option(
                            names = "--force",
                            description = "also where the file is the same: files that it names were changed")
                    boolean force,
            @Option(names = ACCEPT_CUT, description = ACCEPTED_CUT) boolean acceptCut)
            throws IOException, InterruptedException {
        var inUnit = TransientUnit.again();
        if (inUnit.isPresent()) return inUnit.get();
        out().println(
                        steered("reloaded").reload(new ByHand(force, acceptCut))
                                ? "handed over to the configuration as it is now"
                                : "nothing has changed in the configuration itself; --force hands over all the same, for files that it names");
        return 0;
    }

    @Command(
            description = "The emergency door: starts a kernel that was staged before, whatever serves or keeps dying.",
            mixinStandardHelpOptions = true)
    int boot(
            @Option(names = "--kernel", required = true, description = "its version, such as 2.6.12.3") String kernel,
            @Option(names = ACCEPT_CUT, description = ACCEPTED_CUT) boolean acceptCut)
            throws IOException, InterruptedException {
        var inUnit = TransientUnit.again();
        if (inUnit.isPresent()) return inUnit.get();
        var node = steered("booted");
        node.boot(version(kernel), new ByHand(false, acceptCut));
        var state = node.status();
        out().println("serving: "
                + state.serving().map(Generation::reportedVersion).orElse("nothing"));
        tellControlPlane(state);
        return 0;
    }

    /**
     * A person's change on the host is reported as it is; if the control plane cannot be told, the next inspection sees
     * it.
     */
    private void tellControlPlane(NodeState state) throws IOException, InterruptedException {
        var told = AgentConfiguration.read(config);
        try (var temporal =
                TemporalConnection.open(TemporalSettings.forAgent(told.temporalProfile(), DataDirectory.ofThisUser())
                        .encryptedBy(told.payloadKeys()))) {
            var readiness = temporal.awaitReady(ANSWER);
            if (readiness.ready()) {
                NodeStateReporter.tell(temporal, state);
                return;
            }
            notTold(readiness.reason());
        } catch (TemporalConfigurationException | WorkflowException | StatusRuntimeException nobody) {
            notTold(GrpcReason.of(nobody));
        }
    }

    private void notTold(String reason) {
        out().println("the control plane could not be told, it sees this at its next inspection: " + reason);
    }

    /** As {@code --kernel} has it. */
    KernelVersion version(String written) {
        try {
            return KernelVersion.of(written);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--kernel: " + wrong.getMessage());
        }
    }

    private static NodeState state(AgentConfiguration configuration) throws IOException {
        var seen = configuration.driver() == Driver.sandbox
                ? SandboxStatus.ask(configuration.runDir())
                : Optional.<NodeState>empty();
        return seen.isPresent() ? seen.get() : AgentRole.node(configuration).status();
    }

    private ProxyNode steered(String how) throws IOException {
        var configuration = AgentConfiguration.read(config);
        if (configuration.driver() == Driver.sandbox) {
            throw new IOException(
                    "a sandbox cannot be %s from outside, because its relay is a part of the agent's process: restart the agent, which starts it anew and ends its sessions"
                            .formatted(how));
        }
        CommandRights.requireAgent(configuration, spec);
        return AgentRole.node(configuration);
    }

    Path file() {
        return config;
    }

    AgentConfiguration configuration() throws IOException {
        return AgentConfiguration.read(config);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

package dev.changeover.agent;

import dev.changeover.node.adoption.Adoption;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.site.AgentConfiguration.Driver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes over the HAProxy that serves on this host already. */
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        description = {
            "Takes over the HAProxy that serves on this host already, without losing a connection or a session.",
            "Shows what it will do and asks before it does anything. Run it as root, while the agent is not running yet."
        })
final class AdoptCommand extends NodeCommand {
    @Option(names = "--yes", description = "do not ask")
    private boolean yes;

    @Option(names = "--planned", hidden = true, description = "the plan was shown and agreed to")
    private boolean planned;

    @Option(names = "--dry-run", description = "show the plan and change nothing")
    private boolean dryRun;

    @Option(names = "--kernel", description = "the version it has in the catalogue (default: read from what it says)")
    private @Nullable String kernel;

    @Option(
            names = "--accept-lost-stickiness",
            description = "adopt although stick tables cannot be taken over: clients may go to another server")
    private boolean acceptLostStickiness;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var command = agent();
        var configuration = command.configuration();
        if (configuration.driver() != Driver.haproxy) {
            throw new IOException(
                    "only a HAProxy can be adopted, and agent.toml says driver = " + configuration.driver());
        }
        var version = kernel == null ? null : command.version(kernel);
        CommandRights.requireAgentOfRoot(configuration, spec());
        var node = AgentRole.node(configuration);
        var adoption = new Adoption(configuration, node);
        var out = out();
        if (!dryRun && adoption.isBegun()) {
            var inUnit = TransientUnit.again();
            if (inUnit.isPresent()) return inUnit.get();
            adoption.goOn(version);
            out.println("an adoption that was broken off is complete");
            return told(node);
        }
        var plan = adoption.plan(version, acceptLostStickiness);
        if (!planned) show(plan, configuration.operatorFile());
        if (dryRun) return 0;
        if (!yes && !planned && !agrees()) {
            out.println("nothing was changed");
            return 1;
        }
        var inUnit = TransientUnit.again("--planned");
        if (inUnit.isPresent()) return inUnit.get();
        adoption.carryOut(plan);
        return told(node);
    }

    private void show(Adoption.Plan plan, Path file) {
        var out = out();
        out.println("HAProxy %s, process %d, runs for %s"
                .formatted(plan.reportedVersion(), plan.proxy().worker(), file));
        for (int i = 0; i < plan.steps().size(); i++) {
            out.println("%d. %s".formatted(i + 1, plan.steps().get(i)));
        }
        plan.warnings().forEach(warning -> out.println("warning: " + warning));
        out.flush();
    }

    private int told(ProxyNode node) {
        var state = node.status();
        state.generations()
                .forEach(generation -> out().println("generation %d  %s  %s  %d sessions"
                        .formatted(
                                generation.number(),
                                generation.reportedVersion(),
                                generation.serving() ? "serving" : "retiring",
                                generation.sessions())));
        return state.serving().isPresent() ? 0 : 1;
    }

    private boolean agrees() {
        var console = System.console();
        if (console == null) return false;
        var answer = console.readLine("Go on? [y/N] ");
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}

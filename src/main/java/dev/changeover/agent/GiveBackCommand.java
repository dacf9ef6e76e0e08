package dev.changeover.agent;

import dev.changeover.node.adoption.GiveBack;
import dev.changeover.node.site.AdoptedUnit;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives the node back to the unit that it came from. */
@Command(
        name = "give-back",
        mixinStandardHelpOptions = true,
        description = {
            "Gives the node back to the unit that it came from, without losing a connection or a session; on a host",
            "without systemd, to the command that HAProxy was started with.",
            "Run it as root. The agent keeps its hands off afterwards; stop and disable it."
        })
final class GiveBackCommand extends NodeCommand {
    @Option(names = "--unit", description = "the unit (default: the one that was adopted, else haproxy.service)")
    private @Nullable String unit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var configuration = agent().configuration();
        CommandRights.requireRoot(spec());
        var back = new GiveBack(configuration, unit != null ? unit : new AdoptedUnit(configuration.runDir()).name());
        var lost = back.run();
        var out = out();
        out.println("%s serves with the same listening sockets; the node's generation ends after its last session"
                .formatted(back.owner()));
        out.println("stop the agent, and remove %s before it may look after this node again"
                .formatted(configuration.maintenance()));
        lost.ifPresent(why -> out.println(
                "warning: servers taken out, weights, limits, and entries of maps and stick tables that were set at run time are as the file says again: "
                        + why));
        var beside = back.beside();
        beside.ifPresent(others -> out.println("warning: " + others));
        return beside.isEmpty() ? 0 : 1;
    }
}

package dev.changeover.agent;

import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.SiteOwner;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Whether who types a command may change this node. A HAProxy belongs to the user that starts it: one that root starts
 * beside the agent of another user could neither be seen nor upgraded by that agent.
 */
final class CommandRights {
    private CommandRights() {}

    /** @throws IOException for another user than the agent's; the message has the command to type */
    static void requireAgent(AgentConfiguration configuration, CommandSpec command) throws IOException {
        var owner = SiteOwner.of(configuration.runDir());
        var me = SiteOwner.me();
        if (owner.isEmpty() || owner.get().uid() == me.uid()) return;
        throw new IOException("the agent of this node runs as %s, and you are %s: type 'sudo%s changeover %s'"
                .formatted(
                        owner.get().name(),
                        me.name(),
                        owner.get().uid() == 0 ? "" : " -u " + owner.get().name(),
                        typed(command)));
    }

    /**
     * For what changes units and the sockets of other processes.
     *
     * @throws IOException for anybody but root; the message has the command to type
     */
    static void requireRoot(CommandSpec command) throws IOException {
        var me = SiteOwner.me();
        if (me.uid() == 0) return;
        throw new IOException("only root can do this, and you are %s: type 'sudo changeover %s'"
                .formatted(me.name(), typed(command)));
    }

    /** @throws IOException where the agent runs as another user, who could not see what root starts */
    static void requireAgentOfRoot(AgentConfiguration configuration, CommandSpec command) throws IOException {
        requireRoot(command);
        var owner = SiteOwner.of(configuration.runDir());
        if (owner.isEmpty() || owner.get().uid() == 0) return;
        throw new IOException(
                "the agent of this node runs as %s, who could not look after a HAProxy that root adopts: let it run as root, and type 'chown -R root %s' before"
                        .formatted(owner.get().name(), configuration.runDir()));
    }

    private static String typed(CommandSpec command) {
        return String.join(" ", command.root().commandLine().getParseResult().originalArgs());
    }
}

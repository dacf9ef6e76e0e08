package dev.changeover.node.check;

import dev.changeover.haproxy.GenerationDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who the agent is, whether it may use its directories, and whether one is at work now. */
final class AgentCheck {
    private AgentCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        rights(host.agent(), findings);
        directories(host, findings);
        var lock = holder(host.configuration().runDir().resolve("lock"));
        lock.ifPresent(pid -> findings.ok("lock", "process %d acts on this node just now".formatted(pid)));
        var maintenance = host.configuration().maintenance();
        if (Files.exists(maintenance)) {
            findings.warning(
                    maintenance.toString(), "it keeps the agent's hands off", "remove it when the work is done");
        }
    }

    private static void rights(AgentUser agent, Findings findings) throws IOException {
        var me = AgentUser.me();
        if (!agent.canBeTried()) {
            findings.warning(
                    "user " + me.name(),
                    "the agent runs as %s: its rights, its sockets and who listens could not be judged"
                            .formatted(agent.name()),
                    "type 'sudo changeover agent check'");
        } else if (agent.isMe()) {
            findings.ok("user " + agent.name(), "the agent runs as this user");
        } else {
            findings.ok("user " + agent.name(), "the agent runs as this user; what it may do is judged for it");
        }
    }

    private static void directories(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var run = host.configuration().runDir();
        try {
            new GenerationDirectory(run.resolve("gen-100000"), 100_000);
        } catch (IllegalArgumentException tooLong) {
            findings.problem(run.toString(), String.valueOf(tooLong.getMessage()), "");
        }
        for (var directory : new Path[] {run, host.configuration().kernelsDir()}) {
            var existing = CheckedHost.nearest(directory);
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                findings.problem(directory.toString(), "it is no directory", "name another one in agent.toml");
            } else if (!host.agent().canBeTried()) {
                continue;
            } else if (!host.agent().mayWrite(existing)) {
                findings.problem(
                        directory.toString(),
                        "%s may not write in %s".formatted(host.agent().name(), existing),
                        "type 'sudo chown -R %s %s'".formatted(host.agent().name(), directory));
            } else {
                findings.ok(directory.toString(), existing.equals(directory) ? "it can be used" : "it can be made");
            }
        }
    }

    /** The process that holds a lock on a file, from the table of the kernel: asking for the lock would take it. */
    private static Optional<Long> holder(Path file) throws IOException {
        if (!Files.isReadable(file)) return Optional.empty();
        var inode = ":" + Files.getAttribute(file, "unix:ino");
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
                .map(fields -> Long.parseLong(fields[4]))
                .findFirst();
    }
}

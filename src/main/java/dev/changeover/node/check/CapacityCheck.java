package dev.changeover.node.check;

import dev.changeover.host.HostMemory;
import dev.changeover.host.HostRoom;
import dev.changeover.node.check.AgentUser.Rights;
import java.io.IOException;

/** Whether this host has descriptors and memory for two generations, as there are during a handover. */
final class CapacityCheck {
    private static final int PER_CONNECTION = 2;
    /** Listeners, checks, pipes, and what the two processes of a generation open besides. */
    private static final int BESIDES = 200;
    /** Two buffers of 16 KiB and what describes a session. */
    private static final long BYTES_A_CONNECTION = 36L << 10;

    private CapacityCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var written = host.global("maxconn").map(line -> line.word(1)).orElse("");
        var maxconn = written.matches("\\d{1,9}") ? Long.parseLong(written) : 0;
        descriptors(host, maxconn, findings);
        memory(host, maxconn, findings);
    }

    private static void descriptors(CheckedHost host, long maxconn, Findings findings) throws IOException {
        var agent = host.agent();
        var needed = maxconn * PER_CONNECTION + BESIDES;
        var subject = maxconn == 0 ? "descriptors" : "maxconn " + maxconn;
        if (maxconn == 0) {
            findings.ok(subject, "the file sets no maxconn, so that HAProxy takes what its limit allows");
        } else if (agent.openFiles().isEmpty()) {
            findings.warning(
                    subject,
                    "HAProxy needs %d descriptors; the limit of %s could not be judged".formatted(needed, agent.name()),
                    "see LimitNOFILE= of %s".formatted(AgentUser.UNIT));
        } else if (agent.openFiles().getAsLong() >= needed) {
            findings.ok(
                    subject,
                    "%d descriptors are needed, %d allowed"
                            .formatted(needed, agent.openFiles().getAsLong()));
        } else if (agent.has(Capability.SYS_RESOURCE) == Rights.YES) {
            findings.ok(
                    subject, "%d descriptors are needed, and %s may raise the limit".formatted(needed, agent.name()));
        } else {
            findings.problem(
                    subject,
                    "HAProxy will not start: it needs %d descriptors, %d are allowed"
                            .formatted(needed, agent.openFiles().getAsLong()),
                    "raise LimitNOFILE= of %s, or lower maxconn".formatted(AgentUser.UNIT));
        }
        HostRoom.filesLeft().stream()
                .filter(left -> left < 2 * needed)
                .forEach(left -> findings.problem(
                        "fs.file-max",
                        "%d descriptors are left on this host, two generations may need %d".formatted(left, 2 * needed),
                        "raise fs.file-max"));
    }

    private static void memory(CheckedHost host, long maxconn, Findings findings)
            throws IOException, InterruptedException {
        var serving = host.serving();
        var worker = serving.isPresent()
                ? serving.get().worker()
                : host.foreign()
                        .map(proxy -> proxy.worker())
                        .orElse(ProcessHandle.current().pid());
        var memory = HostMemory.beside(worker);
        if (memory.isEmpty()) return;
        var available = memory.get().available();
        var isKnown = worker != ProcessHandle.current().pid();
        var now = isKnown ? Math.max(memory.get().used(), HostRoom.BARE_WORKER) : 2 * HostRoom.BARE_WORKER;
        var full = HostRoom.BARE_WORKER + maxconn * BYTES_A_CONNECTION;
        var sentence = "%d MB are left; a second generation beside the first needs %d MB now"
                .formatted(available >> 20, now >> 20);
        if (available < now) {
            findings.problem("memory", sentence, "make room, or the host may kill one of them");
        } else if (available < full) {
            findings.warning(
                    "memory",
                    "%s, and one that is full to maxconn %d may need %d MB".formatted(sentence, maxconn, full >> 20),
                    "lower maxconn, or give the host more");
        } else {
            findings.ok("memory", sentence);
        }
    }
}

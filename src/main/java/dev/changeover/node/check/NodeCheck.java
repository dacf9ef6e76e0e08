package dev.changeover.node.check;

import dev.changeover.host.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All checks of a host, each by itself: one that cannot be made hides none of the others. */
public final class NodeCheck {
    private static final List<Check> OF_THE_HOST = List.of(
            new Check("agent", AgentCheck::look),
            new Check("kernels", KernelCheck::look),
            new Check("file", FileCheck::look),
            new Check("addresses", AddressCheck::look),
            new Check("rights", RightsCheck::look),
            new Check("capacity", CapacityCheck::look),
            new Check("timeouts", TimeoutCheck::look),
            new Check("backends", BackendCheck::look),
            new Check("logins", LoginCheck::look),
            new Check("process-list", ProcessListCheck::look),
            new Check("stick-tables", StickTableCheck::look),
            new Check("units", UnitCheck::look));

    private NodeCheck() {}

    /**
     * Makes them, and further ones of the caller's.
     *
     * @return problems first, then warnings
     */
    public static List<Finding> of(CheckedHost host, List<Check> further) throws InterruptedException {
        var found = new ArrayList<Finding>();
        for (var check : Stream.concat(OF_THE_HOST.stream(), further.stream()).toList()) {
            found.addAll(look(check, host));
        }
        found.sort(Comparator.comparing(Finding::level));
        return found;
    }

    private static List<Finding> look(Check check, CheckedHost host) throws InterruptedException {
        var findings = new Findings(check.name());
        try {
            check.look().at(host, findings);
        } catch (IOException | RuntimeException failure) {
            findings.problem(
                    check.name(),
                    "this could not be judged: " + Reason.of(failure),
                    host.isAgentsRights() ? "" : "run 'agent check' as root or as the agent's user");
        }
        return findings.all();
    }
}

package dev.changeover.agent;

import dev.changeover.host.Reason;
import dev.changeover.node.adoption.Adoption;
import dev.changeover.node.check.CheckedHost;
import dev.changeover.node.check.Findings;
import java.io.IOException;

/** Whether what serves here already could be adopted: the plan of the adoption itself, without carrying it out. */
final class AdoptionCheck {
    private AdoptionCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        if (!host.isToBeAdopted()) return;
        try {
            var plan = new Adoption(host.configuration(), null).plan(null);
            findings.ok(
                    "HAProxy " + plan.proxy().worker(),
                    "it can be adopted as kernel %s: %s".formatted(plan.version(), String.join("; ", plan.steps())));
            for (var warning : plan.warnings()) {
                findings.warning("HAProxy " + plan.proxy().worker(), warning, "");
            }
        } catch (IOException refused) {
            findings.problem("adoption", "it would be refused: " + Reason.of(refused), "");
        }
    }
}

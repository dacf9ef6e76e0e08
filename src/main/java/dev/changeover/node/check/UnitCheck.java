package dev.changeover.node.check;

import dev.changeover.haproxy.RunningProxy;
import dev.changeover.node.site.AdoptedUnit;
import java.io.IOException;

/** What systemd would start, now, after a reboot and after a package upgrade. */
final class UnitCheck {
    private UnitCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        if (host.unit().isEmpty()) {
            findings.ok(
                    "systemd", "it is not in charge here: what starts the agent with the host must be seen elsewhere");
            return;
        }
        var serves = host.serving().isPresent();
        var foreign = host.foreign();
        var adopted = new AdoptedUnit(host.configuration().runDir()).name();
        var theirs = UnitState.of(foreign.flatMap(RunningProxy::unit).orElse(adopted))
                .orElseThrow();
        theirs(theirs, serves, foreign.isPresent(), findings);
        ours(host.unit().get(), serves, theirs, findings);
    }

    static void theirs(UnitState unit, boolean serves, boolean isToBeAdopted, Findings findings) throws IOException {
        if (!unit.isThere()) {
            findings.ok(unit.name(), "this host has no such unit");
        } else if (unit.isMasked()) {
            held(unit, "it is masked", "type 'systemctl unmask %s'".formatted(unit.name()), serves, findings);
        } else if (unit.isHeld()) {
            held(unit, "its drop-in changeover.conf holds it", "remove the drop-in", serves, findings);
        } else if (isToBeAdopted && unit.isActive()) {
            findings.ok(unit.name(), "it serves; 'changeover agent adopt' takes it over and holds the unit");
        } else if (unit.isActive() || unit.isEnabled()) {
            findings.problem(
                    unit.name(),
                    "it is %s: a reload, a package upgrade or a reboot starts a second HAProxy beside this node's"
                            .formatted(unit.isActive() ? "active" : "enabled"),
                    unit.adviceToHold());
        } else {
            findings.warning(
                    unit.name(), "it is disabled but not masked: a package upgrade may start it", unit.adviceToHold());
        }
    }

    private static void held(UnitState unit, String how, String otherwise, boolean serves, Findings findings) {
        if (serves) {
            findings.ok(unit.name(), how + ", so that nothing starts a second HAProxy");
        } else {
            findings.warning(
                    unit.name(), how + " and no generation of this node serves", "start the agent, or " + otherwise);
        }
    }

    static void ours(UnitState unit, boolean serves, UnitState theirs, Findings findings) throws IOException {
        if (!unit.isThere()) {
            findings.warning(
                    unit.name(),
                    "this host has no such unit",
                    "the agent must be started with the host by other means");
        } else if (unit.isEnabled() && (unit.isActive() || !serves)) {
            findings.ok(unit.name(), unit.isActive() ? "it runs and starts with the host" : "it starts with the host");
        } else if (!unit.isEnabled() && (serves || theirs.isHeld())) {
            findings.problem(
                    unit.name(),
                    "it is not enabled: after a reboot nothing serves",
                    "type 'systemctl enable %s'".formatted(unit.name()));
        } else if (!unit.isActive() && serves) {
            findings.warning(
                    unit.name(),
                    "it does not run: nobody starts HAProxy again if it dies",
                    "type 'systemctl start %s'".formatted(unit.name()));
        } else {
            findings.warning(
                    unit.name(),
                    "it is not enabled",
                    "type 'systemctl enable --now %s' once this node is to be the agent's".formatted(unit.name()));
        }
    }
}

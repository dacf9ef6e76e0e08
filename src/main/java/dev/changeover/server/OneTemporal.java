package dev.changeover.server;

import dev.changeover.task.TemporalHome;
import dev.changeover.task.TemporalHome.Home;
import dev.changeover.temporal.Namespace;
import dev.changeover.temporal.TemporalMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A ledger belongs to one namespace of one Temporal: a server with another would find none of the upgrades that run, and
 * end them all in the ledger. The server inside the process keeps nothing, so it may have a ledger that belongs to none.
 */
record OneTemporal(TemporalHome homes) implements Namespace.Admission {
    @Override
    public String refusal(Namespace met) {
        var inProcess = met.mode() == TemporalMode.IN_PROCESS;
        var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        var mine = new Home(met.id(), met.name(), met.address(), now);
        var home = inProcess ? homes.home().orElse(mine) : homes.settle(mine);
        return home.namespaceId().equals(mine.namespaceId())
                ? ""
                : "This ledger's upgrades run in another Temporal: it belongs to %s, since %s, and this server has %s."
                                .formatted(home, home.since().truncatedTo(ChronoUnit.SECONDS), mine)
                        + " Set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE as before; if that one is gone for good:"
                        + " changeover temporal move";
    }
}

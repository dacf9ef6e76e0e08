package dev.changeover.api;

import dev.changeover.inventory.Inventory;
import dev.changeover.task.TaskLedger;
import io.micronaut.context.annotation.Prototype;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;

/**
 * A server with the fleet of {@link Fleets}, in the environment "api". Every test gets one anew, and then nothing speaks
 * against an upgrade; what earlier tests of the class left in the stores is still there.
 */
@Prototype
@Requires(property = "test.fake-upgrades")
public final class ApiScene {
    public final URI server;
    /** An operator's. */
    public final String token;

    public final FakeUpgrades upgrades;
    public final Inventory inventory;
    public final TaskLedger ledger;
    public final Calls call;

    ApiScene(EmbeddedServer server, FakeUpgrades upgrades, Inventory inventory, TaskLedger ledger) {
        this.server = server.getURI();
        this.upgrades = upgrades;
        this.inventory = inventory;
        this.ledger = ledger;
        this.token = Callers.operator(server.getApplicationContext());
        this.call = Calls.to(server);
        inventory.register(Fleets.twoProjects());
        inventory.register(Fleets.kernels());
        upgrades.reset();
    }
}

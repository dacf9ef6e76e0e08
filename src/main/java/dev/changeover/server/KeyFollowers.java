package dev.changeover.server;

import dev.changeover.inventory.Inventory;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.upgrade.engine.Upgrades;
import jakarta.inject.Singleton;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at nodes whose agents say that they go by a former key: the order to do so brings them the present one. */
@Singleton
record KeyFollowers(Inventory inventory, OrderSigner signer, Upgrades upgrades) {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFollowers.class);
    private static final int AT_ONCE = 10;
    private static final int EACH_TIME = 1000;

    /** Returns when all have answered, or have not; of very many it is some each time, whichever they are. */
    void look() {
        var behind = inventory.proxiesByAnotherKey(signer.fingerprint(), EACH_TIME);
        var threads = Thread.ofVirtual().name("key-follower").factory();
        try (var looks = Executors.newFixedThreadPool(AT_ONCE, threads)) {
            behind.forEach(proxy -> looks.execute(() -> look(proxy)));
        }
    }

    private void look(String proxyId) {
        try {
            upgrades.plan(proxyId);
        } catch (RuntimeException notNow) {
            LOG.warn(
                    "the agents of proxy {} go by a former key and could not be asked: {}",
                    proxyId,
                    notNow.getMessage());
        }
    }
}

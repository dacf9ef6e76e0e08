package dev.changeover.node.haproxy;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.node.agent.NodeContract;
import dev.changeover.node.agent.NodeRig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;

/** The HAProxy driver keeps the contract, before a database of its own, which turns logins away in some tests. */
@Order(1)
final class HaproxyNodeTest extends NodeContract {
    private static MariaDb database;

    @BeforeAll
    static void start() {
        database = RealParts.ownMariaDb();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving, database);
    }
}

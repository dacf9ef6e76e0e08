package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.node.agent.NodeContract;
import dev.changeover.node.agent.NodeRig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** As after a reboot: the operator's file, which was half edited, is not what the node starts with. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_served_last_is_kept_when_a_retirement_ends_while_nothing_serves(boolean isOrdered) throws Exception {
        var rig = serving();
        var agent = agent(rig);
        try (var old = rig.connect()) {
            rig.changeConfiguration();
            rig.reload();
            assertThat(old.alive()).isTrue();
            rig.kill(1);
            rig.kill(2);
        }
        rig.ruinConfiguration();

        if (isOrdered) agent.retire(retire(rig, DAY));
        else rig.ownRetirement(DAY).act();

        rig.supervise();
        try (var fresh = rig.connect()) {
            assertThat(fresh.alive()).isTrue();
        }
    }
}

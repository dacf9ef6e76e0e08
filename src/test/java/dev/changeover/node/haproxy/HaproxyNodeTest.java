package dev.changeover.node.haproxy;

import dev.changeover.node.agent.NodeContract;
import dev.changeover.node.agent.NodeRig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;

/** The HAProxy driver keeps the contract. */
@Order(1)
final class HaproxyNodeTest extends NodeContract {
    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving);
    }
}

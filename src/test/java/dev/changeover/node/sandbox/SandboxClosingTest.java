package dev.changeover.node.sandbox;

import dev.changeover.node.agent.ClosingContract;
import dev.changeover.node.agent.NodeRig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;

/** The sandbox driver closes sessions as the contract says. */
@Order(1)
final class SandboxClosingTest extends ClosingContract {
    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new SandboxRig(directory, serving);
    }
}

package dev.changeover.node;

import java.io.IOException;
import java.nio.file.Path;

/** The sandbox driver keeps the contract. */
final class SandboxNodeTest extends NodeContract {
    @Override
    NodeRig rig(Path directory, boolean serving) throws IOException {
        return new SandboxRig(directory, serving);
    }
}

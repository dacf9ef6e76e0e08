package dev.changeover.node;

import java.io.IOException;
import java.nio.file.Path;

/** The sandbox driver closes sessions as the contract says. */
final class SandboxClosingTest extends ClosingContract {
    @Override
    NodeRig rig(Path directory, boolean serving) throws IOException {
        return new SandboxRig(directory, serving);
    }
}

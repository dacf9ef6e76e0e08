package dev.changeover.node;

import java.io.IOException;
import java.nio.file.Path;

/** The HAProxy driver keeps the contract. */
final class HaproxyNodeTest extends NodeContract {
    @Override
    NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving);
    }
}

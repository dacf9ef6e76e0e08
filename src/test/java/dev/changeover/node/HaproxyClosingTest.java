package dev.changeover.node;

import java.io.IOException;
import java.nio.file.Path;

/** The HAProxy driver closes sessions as the contract says. */
final class HaproxyClosingTest extends ClosingContract {
    @Override
    NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving);
    }
}

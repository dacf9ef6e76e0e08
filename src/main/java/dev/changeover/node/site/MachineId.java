package dev.changeover.node.site;

import dev.changeover.host.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names this host, so that a second host that claims the same node is noticed. */
final class MachineId {

    private static final Path SYSTEM = Path.of("/etc/machine-id");

    private MachineId() {}

    /** The host's own id; where there is none, as in many containers, one that is made up once and kept. */
    static String of(Path runDirectory) throws IOException {
        if (Files.isReadable(SYSTEM)) {
            var id = Files.readString(SYSTEM).strip();
            if (id.length() >= 32) return id;
        }
        var own = runDirectory.resolve("machine-id");
        if (Files.notExists(own)) {
            FileTree.makePrivate(runDirectory);
            Files.writeString(own, UUID.randomUUID().toString().replace("-", ""));
        }
        return Files.readString(own).strip();
    }
}

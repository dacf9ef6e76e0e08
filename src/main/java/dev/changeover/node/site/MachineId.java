package dev.changeover.node.site;

import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/** Names this host, so that a second host that claims the same node is noticed. */
final class MachineId {

    private static final Path SYSTEM = Path.of("/etc/machine-id");

    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{32}");

    private MachineId() {}

    /** The host's own id; where there is none, as in many containers, one that is made up once and kept. */
    static String of(Path runDirectory) throws IOException {
        if (Files.isReadable(SYSTEM)) {
            var id = Files.readString(SYSTEM).strip();
            if (id.length() >= 32) return id;
        }
        var own = runDirectory.resolve("machine-id");
        if (Files.exists(own)) {
            var id = Files.readString(own).strip();
            if (WHOLE.matcher(id).matches()) return id;
            PrivateFile.setAside(own, "names no host");
        }
        FileTree.makePrivate(runDirectory);
        PrivateFile.writeIfAbsent(own, UUID.randomUUID().toString().replace("-", "") + "\n");
        return Files.readString(own).strip();
    }
}

package dev.changeover.node.site;

import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The systemd unit that this node's HAProxy had before it was adopted: its way back, and what must start nothing. */
public record AdoptedUnit(Path runDirectory) {
    /** The distributions' own. */
    public static final String USUAL = "haproxy.service";

    /** The drop-in that holds a unit which systemd refuses to mask, being the operator's own. */
    public static Path dropIn(Path units, String name) {
        return units.resolve(name + ".d").resolve("changeover.conf");
    }

    /** The line of such a drop-in that keeps the unit from being started as long as the file is there. */
    public static String condition(Path dropIn) {
        return "ConditionPathExists=!" + dropIn;
    }

    private Path file() {
        return runDirectory.resolve("adopted-unit");
    }

    /** @param name empty where it had none */
    public void note(Optional<String> name) throws IOException {
        FileTree.makePrivate(runDirectory);
        if (name.isPresent()) PrivateFile.write(file(), name.get() + "\n");
        else Files.deleteIfExists(file());
    }

    /** The one that was noted; the usual one where none was, or the note was damaged since. */
    public String name() throws IOException {
        if (Files.notExists(file())) return USUAL;
        return PrivateFile.wholeLine(file())
                .filter(line -> line.matches("[\\w@.:\\\\-]+\\.service"))
                .orElse(USUAL);
    }
}

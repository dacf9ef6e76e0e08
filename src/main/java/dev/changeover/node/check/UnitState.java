package dev.changeover.node.check;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What systemd says of a unit now. */
record UnitState(String name, Map<String, String> properties) {
    private static final String ASKED = "LoadState,ActiveState,UnitFileState,MainPID,User,AmbientCapabilities,"
            + "CapabilityBoundingSet,LimitNOFILE,EnvironmentFiles";

    /** Empty where no systemd is in charge. */
    static Optional<UnitState> of(String name) throws IOException {
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) return Optional.empty();
        var shown = ProgramRun.in(Path.of("/"), "systemctl", "show", "--property=" + ASKED, name)
                .output();
        var properties = new HashMap<String, String>();
        for (var line : shown.lines().toList()) {
            var equals = line.indexOf('=');
            if (equals > 0) properties.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return Optional.of(new UnitState(name, properties));
    }

    String get(String property) {
        return properties.getOrDefault(property, "");
    }

    boolean isThere() {
        return !get("LoadState").equals("not-found");
    }

    boolean isMasked() {
        return get("LoadState").equals("masked");
    }

    boolean isActive() {
        return get("ActiveState").equals("active");
    }

    boolean isEnabled() {
        return get("UnitFileState").startsWith("enabled");
    }

    long mainProcess() {
        var pid = get("MainPID");
        return pid.isEmpty() ? 0 : Long.parseLong(pid);
    }
}

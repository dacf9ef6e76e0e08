package dev.changeover.node.check;

import dev.changeover.host.ProgramRun;
import dev.changeover.node.site.AdoptedUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What systemd says of a unit now. */
record UnitState(String name, Map<String, String> properties) {
    private static final String ASKED = "LoadState,ActiveState,UnitFileState,MainPID,User,AmbientCapabilities,"
            + "CapabilityBoundingSet,LimitNOFILE,EnvironmentFiles,FragmentPath,DropInPaths,"
            + "ProtectSystem,ReadWritePaths";
    private static final Path OWN_UNITS = Path.of("/etc/systemd/system");

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

    /** Whether nothing starts it: masked, or with the drop-in that an adoption leaves where systemd refuses to mask. */
    boolean isHeld() throws IOException {
        if (isMasked()) return true;
        for (var path : get("DropInPaths").split(" ")) {
            var file = Path.of(path);
            if (file.endsWith(AdoptedUnit.dropIn(OWN_UNITS, name).getFileName())
                    && Files.isReadable(file)
                    && Files.readString(file).lines().anyMatch(AdoptedUnit.condition(file)::equals)) return true;
        }
        return false;
    }

    /** What an operator does about one that may start a second HAProxy. */
    String adviceToHold() {
        var dropIn = AdoptedUnit.dropIn(OWN_UNITS, name);
        return Path.of(get("FragmentPath")).startsWith(OWN_UNITS)
                ? "write '[Unit]' and '%s' to %s, and type 'systemctl daemon-reload'"
                        .formatted(AdoptedUnit.condition(dropIn), dropIn)
                : "type 'systemctl mask %s', which leaves running processes alone".formatted(name);
    }

    /** Whether its processes cannot write there, whoever they are. */
    boolean seesReadOnly(Path where) {
        var trees = switch (get("ProtectSystem")) {
            case "yes" -> List.of("/usr", "/boot", "/efi");
            case "full", "strict" -> List.of("/usr", "/boot", "/efi", "/etc");
            default -> List.<String>of();
        };
        var writable = Arrays.stream(get("ReadWritePaths").split(" "))
                .map(path -> path.replaceFirst("^[-+]+", ""))
                .filter(path -> !path.isEmpty());
        return trees.stream().anyMatch(where::startsWith) && writable.noneMatch(where::startsWith);
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

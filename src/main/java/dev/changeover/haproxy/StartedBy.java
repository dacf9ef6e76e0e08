package dev.changeover.haproxy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The process that has started a HAProxy and still runs. It may start it again when it ends.
 *
 * @param name of its program, or of the script that this runs
 */
public record StartedBy(long pid, String name) {
    private static final Map<String, String> NOT_AGAIN = Map.of(
            "runsv", "type 'sv once SERVICE', and make the file 'down' in its directory",
            "s6-supervise", "type 's6-svc -O DIRECTORY', and make the file 'down' in it",
            "supervise", "type 'svc -o DIRECTORY', and make the file 'down' in it",
            "supervisord", "it needs 'autorestart=false' and 'autostart=false', which it reads at its own start",
            "supervise-daemon", "let OpenRC start HAProxy without it");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "ksh", "zsh");

    /** Empty where that has ended, as the start of a daemon does, or is an init, which starts again nobody. */
    static Optional<StartedBy> of(long first) {
        return ProcessTable.stat(first)
                .map(ProcessTable.Stat::parent)
                .filter(ProcessTable::isRunning)
                .map(pid -> new StartedBy(pid, name(pid)))
                .filter(parent -> parent.pid() != 1 || parent.isSupervisor() || SHELLS.contains(parent.name()));
    }

    private static String name(long pid) {
        // Of a script the second word is its file.
        for (var word : ProcessTable.arguments(pid).stream().limit(2).toList().reversed()) {
            var name = fileName(word);
            if (NOT_AGAIN.containsKey(name)) return name;
        }
        return ProcessTable.executable(pid)
                .map(file -> fileName(file.toString()))
                .orElse("?");
    }

    private static String fileName(String word) {
        return word.indexOf('\0') >= 0 ? "" : String.valueOf(Path.of(word).getFileName());
    }

    /** Whether it is a program that does nothing else. */
    public boolean isSupervisor() {
        return NOT_AGAIN.containsKey(name);
    }

    /** What a person does about it. */
    public String advice() {
        return NOT_AGAIN.getOrDefault(name, "see that it does not");
    }
}

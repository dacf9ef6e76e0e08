package dev.changeover.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command of a person's that starts a HAProxy does it in a unit of its own, with what the agent's unit has: in the
 * session of whoever typed it HAProxy would have other limits, would not find {@code /dev/log} in its chroot, and could
 * end when they log out.
 */
final class TransientUnit {
    private static final String INSIDE = "CHANGEOVER_IN_UNIT";
    private static final List<String> PROPERTIES = List.of(
            "KillMode=process",
            "OOMPolicy=continue",
            "LimitNOFILE=524288",
            "UMask=0022",
            "EnvironmentFile=-/etc/changeover/agent.env",
            "BindReadOnlyPaths=-/dev/log:/var/lib/haproxy/dev/log");

    private TransientUnit() {}

    /**
     * Runs this very command again in such a unit, and waits for it.
     *
     * @param more words at its end
     * @return its exit code; empty where there is no systemd, this user may not use it, or we are in that unit already
     */
    static Optional<Integer> again(String... more) throws IOException, InterruptedException {
        var isPossible =
                Files.isDirectory(Path.of("/run/systemd/system")) && "root".equals(System.getProperty("user.name"));
        if (!isPossible || isInside(System.getenv())) return Optional.empty();
        var command = new ArrayList<>(List.of("systemd-run", "--quiet", "--wait", "--pipe", "--collect"));
        PROPERTIES.forEach(property -> command.add("--property=" + property));
        for (var name : List.of("PATH", "HOME", "JAVA_HOME", "LANG")) {
            var value = System.getenv(name);
            if (value != null) command.add("--setenv=%s=%s".formatted(name, value));
        }
        command.add("--setenv=%s=1".formatted(INSIDE));
        command.add("--working-directory=" + Path.of("").toAbsolutePath());
        command.addAll(ownWords());
        command.addAll(List.of(more));
        return Optional.of(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    /** In any other unit, such as a timer's or a terminal's, HAProxy would end with that. */
    static boolean isInside(Map<String, String> environment) {
        return environment.containsKey(INSIDE);
    }

    /** The library tells no more than a page of them. */
    private static List<String> ownWords() throws IOException {
        var words = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8)
                .split("\0");
        words[0] = ProcessHandle.current().info().command().orElse(words[0]);
        return List.of(words);
    }
}

package dev.changeover.node.adoption;

import dev.changeover.haproxy.Program;
import dev.changeover.host.ProgramRun;
import dev.changeover.node.site.AdoptedUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The systemd unit of a HAProxy that is taken over. It must not start a second listener any more: not by a reload, not by
 * its own restarts, and not by a package upgrade, which reloads it. A masked unit does none of these, and the process
 * that runs is not touched. Where the unit file is the operator's own, in {@code /etc/systemd/system}, systemd refuses to
 * mask it; a drop-in says the same.
 *
 * @param name such as {@code haproxy.service}; as for systemd's own commands, {@code haproxy} is the same
 */
record SystemdUnit(String name) implements FormerOwner {
    private static final String SUFFIX = ".service";
    private static final Path OWN_UNITS = Path.of("/etc/systemd/system");
    private static final Path UNTIL_REBOOT = Path.of("/run/systemd/system");
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\n(?:[ \\t]*[#;].*\\n)*");
    private static final Pattern EXEC_START = Pattern.compile("\\s*ExecStart\\s*=\\s*(\\S.*?)\\s*");
    /** Systemd's prefixes stand before the program. */
    private static final Pattern STARTS_HAPROXY = Pattern.compile("[-@:+!]*\"?(?:\\S*/)?haproxy[^/\\s]*(?:\\s|$)");

    /** As long as this file is there the unit is never started, also not with the host; what runs is not touched. */
    private static final String NEUTRAL = """
            # Written by 'changeover agent adopt': HAProxy is started and upgraded by Changeover's agent.
            [Unit]
            %s
            [Service]
            Restart=no
            TimeoutStopSec=infinity
            ExecReload=
            ExecReload=/bin/true
            """;

    SystemdUnit {
        // Its commands complete a name, its directories of drop-ins do not.
        if (!name.endsWith(SUFFIX)) name += SUFFIX;
    }

    /** Whether systemd is in charge of this host. */
    static boolean isInCharge() {
        return Files.isDirectory(UNTIL_REBOOT);
    }

    @Override
    public String plan() {
        return isOperatorsOwn()
                ? "add %s, so that %s starts no second listener".formatted(dropIn(OWN_UNITS), name)
                : "mask %s, so that neither a reload nor a package upgrade starts a second listener".formatted(name);
    }

    private boolean isOperatorsOwn() {
        var file = OWN_UNITS.resolve(name);
        return Files.isRegularFile(file) && !Files.isSymbolicLink(file);
    }

    private Path dropIn(Path units) {
        return AdoptedUnit.dropIn(units, name);
    }

    @Override
    public void hold() throws IOException {
        remove(UNTIL_REBOOT);
        if (isOperatorsOwn()) {
            write(OWN_UNITS, neutral());
        } else {
            systemctl("mask", name);
        }
    }

    String neutral() {
        return NEUTRAL.formatted(AdoptedUnit.condition(dropIn(OWN_UNITS)));
    }

    @Override
    public void release() throws IOException {
        remove(OWN_UNITS);
        if (!isOperatorsOwn()) systemctl("unmask", name);
    }

    /** What a masked one starts is told once it is no more. */
    @Override
    public void requireStartable() throws IOException {
        var state = systemctl("show", "--property=LoadState", "--value", name);
        if (state.equals("not-found")) {
            throw new IOException(
                    "this host has no unit %s: name the one that is to run HAProxy with --unit".formatted(name));
        }
        if (!state.equals("masked")) command();
    }

    @Override
    public Program program() throws IOException {
        return program(command());
    }

    /** @param command with systemd's prefixes and quotes */
    static Program program(String command) throws IOException {
        var path = command.replaceFirst("^[-@:+!]*", "").replaceFirst("^\"([^\"]*)\".*|^(\\S+).*", "$1$2");
        var program = path.startsWith("/") ? Optional.of(Path.of(path)) : ProgramRun.find(path);
        return new Program(program.orElseThrow(() -> new IOException("there is no " + path)), Optional.empty());
    }

    /** Starts it, as it is written but for the listening sockets, which it takes from this one. */
    @Override
    public void startWithSocketsOf(Path statsSocket) throws IOException {
        write(UNTIL_REBOOT, "[Service]\nExecStart=\nExecStart=%s -x %s\n".formatted(command(), statsSocket));
        systemctl("reset-failed", name);
        systemctl("start", name);
    }

    private String command() throws IOException {
        return command(name, systemctl("cat", name));
    }

    /**
     * The one command that the unit's files start.
     *
     * @throws IOException where it is no HAProxy, such as a shell, which would not pass on what we add
     */
    static String command(String unit, String files) throws IOException {
        var command = CONTINUED
                .matcher(files)
                .replaceAll(" ")
                .lines()
                .map(EXEC_START::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new IOException(unit + " says nothing of what it starts"));
        if (STARTS_HAPROXY.matcher(command).lookingAt()) return command;
        throw new IOException(
                "%s starts '%s', which would not pass our sockets on: let its ExecStart= start haproxy itself, then type this again"
                        .formatted(unit, command));
    }

    /** From its next start on it is as it is written; it is started with the host. */
    @Override
    public void settle() throws IOException {
        remove(UNTIL_REBOOT);
        systemctl("enable", name);
    }

    @Override
    public void stop() throws IOException {
        systemctl("stop", name);
    }

    @Override
    public String log() {
        return "'journalctl -u %s'".formatted(name);
    }

    @Override
    public List<Long> processes() throws IOException {
        return ProcessHandle.of(Long.parseLong(systemctl("show", "--property=MainPID", "--value", name))).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    private void write(Path units, String content) throws IOException {
        var file = dropIn(units);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, content);
        systemctl("daemon-reload");
    }

    private void remove(Path units) throws IOException {
        if (!Files.deleteIfExists(dropIn(units))) return;
        var directory = dropIn(units).resolveSibling("");
        try (var others = Files.list(directory)) {
            if (others.findAny().isEmpty()) Files.delete(directory);
        }
        systemctl("daemon-reload");
    }

    private static String systemctl(String... words) throws IOException {
        var command = Stream.concat(Stream.of("systemctl"), Stream.of(words));
        return ProgramRun.in(Path.of("/"), command.toArray(String[]::new)).output();
    }
}

package dev.changeover.node.check;

import dev.changeover.host.ProgramRun;
import dev.changeover.node.site.SiteOwner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who the agent of this host is, and what it may do: as its unit says, else as the owner of its run directory, else as
 * whoever asks.
 *
 * @param capabilities empty where nobody can tell
 * @param openFiles the most descriptors that a process of its may have; empty where nobody can tell
 */
record AgentUser(
        String name, long uid, Optional<Set<Capability>> capabilities, OptionalLong openFiles, boolean isOfUnit) {
    static final String UNIT = "changeover-agent.service";
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+\\S+\\s+(\\d+)");

    static AgentUser me() throws IOException {
        return ofProcess("self", System.getProperty("user.name"), false);
    }

    private static AgentUser ofProcess(String process, String name, boolean isOfUnit) throws IOException {
        var status = proc(process, "status");
        return new AgentUser(
                name,
                Long.parseLong(field(status, "Uid").split("\\s+")[0]),
                Optional.of(Capability.of(field(status, "CapEff"))),
                number(OPEN_FILES, proc(process, "limits")),
                isOfUnit);
    }

    static AgentUser of(Path runDirectory, Optional<UnitState> unit) throws IOException, InterruptedException {
        if (unit.isPresent() && unit.get().isThere()) return ofUnit(unit.get());
        var me = me();
        return SiteOwner.of(runDirectory)
                .filter(owner -> owner.uid() != me.uid())
                .map(owner -> new AgentUser(owner.name(), owner.uid(), Optional.empty(), OptionalLong.empty(), false))
                .orElse(me);
    }

    private static AgentUser ofUnit(UnitState unit) throws IOException, InterruptedException {
        var name = unit.get("User").isEmpty() ? "root" : unit.get("User");
        if (unit.mainProcess() != 0) return ofProcess(Long.toString(unit.mainProcess()), name, true);
        var uid = id(name).orElseThrow(() ->
                new IOException("this host has no user %s, which %s runs as".formatted(name, unit.name())));
        var capabilities = Capability.named(unit.get(uid == 0 ? "CapabilityBoundingSet" : "AmbientCapabilities"));
        var files = unit.get("LimitNOFILE");
        var limit = files.matches("\\d+") ? OptionalLong.of(Long.parseLong(files)) : OptionalLong.empty();
        return new AgentUser(name, uid, Optional.of(capabilities), limit, true);
    }

    /** The number of a user of this host; empty where there is none. */
    static OptionalLong id(String user) throws IOException, InterruptedException {
        var id = ProgramRun.in(Path.of("/"), "id", "-u", user).run();
        return id.succeeded() ? OptionalLong.of(Long.parseLong(id.output())) : OptionalLong.empty();
    }

    boolean isMe() throws IOException {
        return me().uid() == uid;
    }

    /** The words of a program that runs what follows with the rights of this user; empty where we have them already. */
    List<String> launcher() throws IOException {
        var me = me();
        if (me.uid() != 0) return List.of();
        var words = new ArrayList<String>();
        if (uid != 0) words.addAll(List.of("--reuid=" + uid, "--regid=" + group(), "--init-groups"));
        if (uid == 0 && isOfUnit && capabilities.isPresent()) {
            words.add("--inh-caps=-all");
            words.add("--bounding-set=-all" + names(capabilities.get()));
        }
        if (!words.isEmpty()) words.addFirst("setpriv");
        return words;
    }

    private String group() throws IOException {
        return ProgramRun.in(Path.of("/"), "id", "-g", name).output();
    }

    private static String names(Set<Capability> capabilities) {
        var names = new StringBuilder();
        for (var one : capabilities) names.append(",+").append(one.name().toLowerCase(Locale.ROOT));
        return names.toString();
    }

    /** Whether we can try what it can do. */
    boolean canBeTried() throws IOException {
        return isMe() || me().uid() == 0;
    }

    /** Whether this user may write there, as the system itself says. */
    boolean mayWrite(Path path) throws IOException, InterruptedException {
        return may("-w", path);
    }

    boolean mayRead(Path path) throws IOException, InterruptedException {
        return may("-r", path);
    }

    private boolean may(String test, Path path) throws IOException, InterruptedException {
        var command = new ArrayList<>(launcher());
        command.addAll(List.of("/bin/sh", "-c", "[ %s \"$0\" ]".formatted(test), path.toString()));
        return ProgramRun.in(Path.of("/"), command.toArray(String[]::new)).run().succeeded();
    }

    Rights has(Capability capability) {
        return capabilities
                .map(known -> known.contains(capability) ? Rights.YES : Rights.NO)
                .orElse(uid == 0 ? Rights.YES : Rights.UNKNOWN);
    }

    enum Rights {
        YES,
        NO,
        UNKNOWN
    }

    private static String proc(String process, String file) throws IOException {
        return Files.readString(Path.of("/proc", process, file), StandardCharsets.ISO_8859_1);
    }

    private static String field(String status, String name) throws IOException {
        return status.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc says nothing of " + name));
    }

    private static OptionalLong number(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }
}

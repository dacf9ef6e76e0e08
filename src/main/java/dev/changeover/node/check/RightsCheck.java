package dev.changeover.node.check;

import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether HAProxy, started by the agent, may do what the file says before it drops its rights: change user, group and
 * root, write its pid file, make its unix sockets, listen on its addresses.
 */
final class RightsCheck {
    private static final Path LOWEST_PORT = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    private static final Path FOREIGN_ADDRESSES = Path.of("/proc/sys/net/ipv4/ip_nonlocal_bind");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private RightsCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        identity(host, findings);
        directories(host, findings);
        sockets(host, findings);
        addresses(host, findings);
    }

    private static void identity(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var user = host.global("user");
        // One that the host does not have is what HAProxy itself complains of.
        var uid = user.isPresent() ? AgentUser.id(user.get().word(1)) : OptionalLong.empty();
        if (user.isPresent()
                && uid.isPresent()
                && uid.getAsLong() != host.agent().uid()) {
            need(host, findings, written(user.get()), Capability.SETUID);
        }
        for (var keyword : List.of("uid", "gid", "group")) {
            var line = host.global(keyword);
            var capability = keyword.equals("uid") ? Capability.SETUID : Capability.SETGID;
            if (line.isPresent()) need(host, findings, written(line.get()), capability);
        }
        var chroot = host.global("chroot");
        if (chroot.isEmpty()) return;
        need(host, findings, written(chroot.get()), Capability.SYS_CHROOT);
        var directory = Path.of(chroot.get().word(1));
        if (!Files.isDirectory(directory)) {
            findings.problem(written(chroot.get()), "HAProxy will not start: there is no such directory", "make it");
        }
    }

    private static void directories(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var pidfile = host.global("pidfile");
        if (pidfile.isEmpty()) return;
        var file = Path.of(pidfile.get().word(1));
        mayMake(host, findings, written(pidfile.get()), Files.exists(file) ? file : parent(file));
    }

    private static void sockets(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var prefix = host.global("unix-bind").map(line -> line.after("prefix")).orElse("");
        var lines = host.settings(line -> line.is("bind")
                || line.kind().equals("global")
                        && line.is("stats")
                        && line.word(1).equals("socket"));
        for (var line : lines) {
            var address = line.is("bind") ? line.word(1) : line.word(2);
            var bare = address.replaceFirst("^unix@", "");
            if (!bare.startsWith("/")) continue;
            var path = Path.of(prefix + bare);
            mayMake(host, findings, "socket " + path, parent(path));
            if (line.words().contains("user") || line.words().contains("group")) {
                need(host, findings, "socket " + path, Capability.CHOWN);
            }
        }
    }

    private static void addresses(CheckedHost host, Findings findings) throws IOException {
        var lowest = number(LOWEST_PORT, 1024);
        for (var address : host.file().addresses()) {
            if (address.port() < lowest) need(host, findings, address.toString(), Capability.NET_BIND_SERVICE);
        }
        for (var line : host.settings(line -> line.is("bind"))) {
            var network = line.after("interface");
            if (!network.isEmpty() && Files.notExists(INTERFACES.resolve(network))) {
                findings.problem(
                        written(line), "HAProxy will not start: there is no network interface " + network, "make it");
            }
            if (line.words().contains("transparent")) need(host, findings, written(line), Capability.NET_ADMIN);
            if (line.words().contains("namespace")) need(host, findings, written(line), Capability.SYS_ADMIN);
        }
        for (var line : host.settings(line -> !line.is("bind"))) {
            if (line.words().contains("usesrc")) toConnect(host, findings, line, Capability.NET_ADMIN);
            if (line.is("server") && line.words().contains("namespace"))
                toConnect(host, findings, line, Capability.SYS_ADMIN);
        }
        var transparent = !host.settings(line -> line.is("bind") && line.words().contains("transparent"))
                .isEmpty();
        if (transparent || number(FOREIGN_ADDRESSES, 0) == 1) return;
        for (var address : host.file().addresses()) elsewhere(host, address, findings);
    }

    private static void elsewhere(CheckedHost host, BindAddress address, Findings findings) throws IOException {
        var ip = address.host();
        if (ip.isAnyLocalAddress() || ip.isLoopbackAddress() || NetworkInterface.getByInetAddress(ip) != null) return;
        var message = "this host has no address " + ip.getHostAddress();
        var advice = "set net.ipv4.ip_nonlocal_bind=1 where it is a virtual address that is elsewhere now";
        if (host.serving().isPresent()) {
            findings.warning(address.toString(), message + ": what serves goes on, a start from nothing fails", advice);
        } else {
            findings.problem(address.toString(), message + ", so that HAProxy will not start", advice);
        }
    }

    private static void toConnect(CheckedHost host, Findings findings, Setting line, Capability capability) {
        need(host, findings, written(line), capability, "HAProxy will reach no server");
    }

    private static void need(CheckedHost host, Findings findings, String subject, Capability capability) {
        need(host, findings, subject, capability, "HAProxy will not start");
    }

    private static void need(
            CheckedHost host, Findings findings, String subject, Capability capability, String otherwise) {
        var agent = host.agent();
        switch (agent.has(capability)) {
            case YES -> findings.ok(subject, "%s may do this (%s)".formatted(agent.name(), capability));
            case NO ->
                findings.problem(
                        subject,
                        "%s: the agent runs as %s without %s".formatted(otherwise, agent.name(), capability),
                        agent.isOfUnit()
                                ? "add it to AmbientCapabilities= and CapabilityBoundingSet= of %s, or take the line out"
                                        .formatted(AgentUser.UNIT)
                                : "give it that, run the agent as root, or take the line out");
            case UNKNOWN ->
                findings.warning(
                        subject,
                        "it needs %s; whether the agent of %s has it could not be judged"
                                .formatted(capability, agent.name()),
                        "run this as that user");
        }
    }

    private static void mayMake(CheckedHost host, Findings findings, String subject, Path where)
            throws IOException, InterruptedException {
        var agent = host.agent();
        if (Files.notExists(where)) {
            findings.problem(subject, "HAProxy will not start: there is no " + where, "make it");
        } else if (agent.isOfUnit()
                && host.unit().map(unit -> unit.seesReadOnly(where)).orElse(false)) {
            findings.problem(
                    subject,
                    "HAProxy will not start: %s, where ProtectSystem= counts, sees %s read-only"
                            .formatted(AgentUser.UNIT, where),
                    "name a place below /run or /var, or let the unit write there with ReadWritePaths=");
        } else if (!agent.canBeTried()) {
            findings.warning(
                    subject, "whether %s may write to %s could not be judged".formatted(agent.name(), where), "");
        } else if (!agent.mayWrite(where)) {
            findings.problem(
                    subject,
                    "HAProxy will not start: the agent runs as %s, who may not write to %s"
                            .formatted(agent.name(), where),
                    "give that user the directory, or name another one");
        } else {
            findings.ok(subject, "%s may write to %s".formatted(agent.name(), where));
        }
    }

    private static String written(Setting line) {
        return String.join(" ", line.words());
    }

    private static Path parent(Path file) {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    }

    private static long number(Path file, long otherwise) throws IOException {
        return Files.isReadable(file) ? Long.parseLong(CheckedHost.setting(file)) : otherwise;
    }
}

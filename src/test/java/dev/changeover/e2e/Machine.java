package dev.changeover.e2e;

import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.host.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A machine with a systemd of its own: this host's files below an overlay in memory, so that nothing of the host changes,
 * with this host's network. None of the host's own units is enabled in it. Booted by systemd-nspawn in a mount namespace
 * of its own; it ends with {@link #close}, or when this JVM does.
 */
final class Machine implements AutoCloseable {
    /** The kernel call that an adoption copies sockets with is not on systemd-nspawn's own list. */
    private static final String CONTAINER =
            "systemd-nspawn --quiet --register=no --system-call-filter=pidfd_getfd --tmpfs=/root:mode=700 --directory=\"$1/root\"";

    private static final String FILES = """
            set -e
            mount -t tmpfs -o mode=755 tmpfs "$1"
            mkdir "$1/upper" "$1/work" "$1/root"
            mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
            """;

    /** Reads until whoever started it lets go: then the machine is shut down, with its mounts. */
    private static final String BOOT = FILES + """
            find "$1/root/etc/systemd/system" -mindepth 1 -delete
            rm -f "$1/root/usr/sbin/policy-rc.d" "$1/root/etc/machine-id"
            : > "$1/root/etc/machine-id"
            echo "$2" > "$1/root/etc/hostname"
            %s --boot --hostname="$2" "${@:3}" < /dev/null > "$1/console" 2>&1 &
            echo $!
            read -r end || true
            kill -TERM $!
            wait $! || true
            """;

    private static final List<String> NEEDED = List.of("systemd-nspawn", "nsenter", "unshare", "dpkg");
    private static final Duration COMMAND = Duration.ofMinutes(3);

    private final String name;
    private final Path directory;
    private final Process keeper;
    private final long init;

    private Machine(String name, Path directory, Process keeper, long init) {
        this.name = name;
        this.directory = directory;
        this.keeper = keeper;
        this.init = init;
    }

    /**
     * Boots one; below a second where the host is idle.
     *
     * @param bound read-only: {@code from:to}
     * @throws TestAbortedException where this host lets nobody do that
     */
    static Machine boot(String name, List<String> bound) throws IOException, InterruptedException {
        requirePossible();
        var directory = Files.createTempDirectory("machine");
        var command = new ArrayList<>(List.of("unshare", "--mount", "bash", "-c", BOOT.formatted(container())));
        command.addAll(List.of("machine", directory.toString(), name));
        bound.forEach(path -> command.add("--bind-ro=" + path));
        var keeper = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var nspawn = Long.parseLong(Objects.requireNonNull(keeper.inputReader().readLine(), "no container"));
        var machine = new Machine(name, directory, keeper, systemdOf(nspawn, keeper, directory));
        machine.printed(
                "timeout 120 bash -c 'until systemctl is-system-running 2>&1 | grep -qE \"running|degraded\"; do sleep 0.1; done'");
        return machine;
    }

    private static String container() {
        // Where a systemd runs the host, the machine has a scope of its own there.
        return Files.isDirectory(Path.of("/run/systemd/system")) ? CONTAINER : CONTAINER + " --keep-unit";
    }

    /** Whether a container can be had is found out by having one. */
    private static void requirePossible() throws IOException, InterruptedException {
        for (var program : NEEDED) {
            if (Stream.of("/usr/bin", "/bin").noneMatch(bin -> Files.isExecutable(Path.of(bin, program)))) {
                throw RealParts.missing("needs " + program + ": install systemd-container");
            }
        }
        var directory = Files.createTempDirectory("machine");
        try {
            var probe = new ProcessBuilder(
                            "unshare",
                            "--mount",
                            "bash",
                            "-c",
                            FILES + container() + " --pipe /bin/true",
                            "machine",
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            var words = probe.inputReader().readAllAsString();
            if (probe.waitFor() != 0)
                throw new TestAbortedException("this host allows no containers: " + words.strip());
        } finally {
            FileTree.delete(directory);
        }
    }

    /** The container's first process, as soon as it is systemd; a host on which the container ends before lets nobody boot one. */
    private static long systemdOf(long nspawn, Process keeper, Path directory) throws IOException {
        var systemd = await("systemd in the container")
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> ProcessHandle.of(nspawn)
                                .filter(process -> process.info().command().isPresent())
                                .map(process -> process.children()
                                        .map(ProcessHandle::pid)
                                        .filter(Machine::isSystemd)
                                        .findFirst()),
                        seen -> seen.isEmpty() || seen.get().isPresent());
        if (systemd.isPresent()) return systemd.get().orElseThrow();
        var console = Path.of("/proc/" + keeper.pid() + "/root" + directory + "/console");
        var words = Files.readString(console).strip();
        keeper.getOutputStream().close();
        throw new TestAbortedException("this host boots no containers: " + words);
    }

    private static boolean isSystemd(long pid) {
        try {
            return Files.readString(Path.of("/proc/%d/comm".formatted(pid)))
                    .strip()
                    .equals("systemd");
        } catch (IOException gone) {
            return false;
        }
    }

    String name() {
        return name;
    }

    /**
     * Runs a command of a shell as root, in root's home.
     *
     * @param heard each line that it prints, as it comes
     * @return its exit code
     */
    int run(String command, Consumer<String> heard) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(
                        "nsenter",
                        "--target=" + init,
                        "--mount",
                        "--uts",
                        "--ipc",
                        "--pid",
                        "--cgroup",
                        "--root",
                        "--wd",
                        "env",
                        "-i",
                        "HOME=/root",
                        "LANG=C.UTF-8",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "bash",
                        "-c",
                        "cd; " + command))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        process.inputReader().lines().forEach(heard);
        if (process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS)) return process.exitValue();
        process.destroyForcibly();
        throw new AssertionError("'%s' on %s does not end within %s".formatted(command, name, COMMAND));
    }

    /** The same, for what it prints; fails unless it ends with 0. */
    String printed(String command) throws IOException, InterruptedException {
        var lines = new ArrayList<String>();
        if (run(command, lines::add) != 0) {
            throw new AssertionError("'%s' on %s: %s".formatted(command, name, String.join("\n", lines)));
        }
        return String.join("\n", lines);
    }

    /**
     * As a host is on which the distribution's HAProxy was installed and given something to serve.
     *
     * @param haproxy its package, at the same path in the machine
     */
    void serve(Path haproxy, InetSocketAddress address, InetSocketAddress database)
            throws IOException, InterruptedException {
        printed("""
                dpkg --install --force-unsafe-io --no-triggers %s
                sed -i '/mode/s/http/tcp/; /httplog/d; s/50000/25h/' /etc/haproxy/haproxy.cfg
                cat >> /etc/haproxy/haproxy.cfg <<EOF

                listen mysql
                    bind %s:%d
                    option mysql-check user haproxy_check
                    server db1 127.0.0.1:%d check
                EOF
                systemctl restart haproxy
                """.formatted(haproxy, address.getHostString(), address.getPort(), database.getPort()));
    }

    @Override
    public void close() {
        try {
            keeper.outputWriter().close();
            if (!keeper.waitFor(1, TimeUnit.MINUTES)) keeper.destroyForcibly();
            FileTree.delete(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.changeover.demo;

import static org.awaitility.Awaitility.await;

import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A plain HAProxy in front of a database, run the way most people run one: stopping it cuts everything. */
final class OneHaproxy implements AutoCloseable {
    private final Path directory;
    private final InetSocketAddress address;
    private ChildProcess process;

    private OneHaproxy(Path directory, InetSocketAddress address) throws IOException {
        this.directory = directory;
        this.address = address;
        this.process = run();
    }

    static OneHaproxy start(HaproxyKernels.Kernel kernel, InetSocketAddress database) throws IOException {
        Path directory = Files.createTempDirectory("changeover-haproxy");
        RealParts.unpack(kernel, directory);
        var address = new InetSocketAddress("127.0.0.1", Loopback.freePort());
        Files.writeString(directory.resolve("haproxy.cfg"), """
                global
                    maxconn 4000
                    stats socket %s mode 600 level admin
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 10m
                    timeout server 10m
                frontend in
                    bind 127.0.0.1:%d
                    default_backend db
                backend db
                    option mysql-check user %s
                    server db1 127.0.0.1:%d check inter 1s
                """.formatted(
                        directory.resolve("stats.sock"), address.getPort(), Database.CHECK.user(), database.getPort()));
        var proxy = new OneHaproxy(directory, address);
        await().until(proxy::letsClientsIn);
        return proxy;
    }

    InetSocketAddress address() {
        return address;
    }

    void stop() {
        process.end(Duration.ofSeconds(5));
    }

    void startAgain() throws IOException {
        process = run();
    }

    /** Holds the process still for a time, by one program, so that a busy machine does not make it longer than clients wait. */
    void stall(Duration time) throws IOException {
        var stall = "kill -STOP %1$d; sleep %2$d.%3$03d; kill -CONT %1$d"
                .formatted(process.pid(), time.toSeconds(), time.toMillisPart());
        ProgramRun.in(directory, "sh", "-c", stall).output();
    }

    @Override
    public void close() throws IOException {
        stop();
        FileTree.delete(directory);
    }

    private boolean letsClientsIn() {
        try (var client = MySqlConnection.open(address, Database.CHECK, Duration.ofSeconds(1))) {
            client.quit();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private ChildProcess run() throws IOException {
        String[] command = {
            "setpriv",
            "--pdeathsig",
            "KILL",
            "env",
            "LD_LIBRARY_PATH=" + RealParts.libraries(directory),
            directory.resolve("usr/sbin/haproxy").toString(),
            "-db",
            "-f",
            directory.resolve("haproxy.cfg").toString()
        };
        return ChildProcess.start(command, directory.resolve("haproxy.log").toFile());
    }
}

package dev.changeover.node.adoption;

import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.node.agent.ActivityHeartbeat;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.haproxy.BackendProof;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A host on which somebody else started HAProxy, and what an agent needs there. */
final class AdoptionHost implements AutoCloseable {
    static final String USER = "haproxy_check";

    private final List<SessionClient> sessions = new ArrayList<>();
    private final HaproxyHost host = new HaproxyHost();
    private @Nullable Process foreign;

    AdoptionHost() throws IOException {}

    HaproxyHost host() {
        return host;
    }

    RunDirectory run() {
        return host.run();
    }

    List<SessionClient> sessions() {
        return sessions;
    }

    ShortConnections traffic() {
        return ShortConnections.start(List.of(address()), RealParts.mariaDb().app(), 200);
    }

    @Override
    public void close() throws IOException {
        sessions.forEach(SessionClient::close);
        host.close();
    }

    Process running() {
        return Objects.requireNonNull(foreign);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host.address().host(), host.port());
    }

    Path file() {
        return host.home().resolve("haproxy.cfg");
    }

    /** A HAProxy that can be asked in this way when it has stopped accepting, and in no other. */
    void start(Door door) throws Exception {
        start(door, UnaryOperator.identity());
    }

    /** @param edited what its file is instead of the usual one */
    void start(Door door, UnaryOperator<String> edited) throws Exception {
        var text = edited.apply(host.configuration(RealParts.mariaDb().address().getPort()));
        var own = "stats socket %s/admin.sock mode 600 level admin".formatted(host.home());
        Files.writeString(file(), door == Door.KEPT_CONNECTION ? text.replace("daemon\n", own + "\n") : text);
        foreign = host.startForeign(
                file(),
                switch (door) {
                    case MASTER_SOCKET -> new String[] {"-W", "-S", host.home() + "/m.sock"};
                    case MASTER_PAIR -> new String[] {"-W"};
                    case KEPT_CONNECTION, NONE -> new String[] {};
                });
        awaitServing();
    }

    /** As it is started, whatever with. */
    void start(Process process) {
        foreign = process;
        awaitServing();
    }

    private void awaitServing() {
        await().ignoreExceptions()
                .until(() -> RunningProxy.on(List.of(host.address())).isRunning());
        await().ignoreExceptions().until(() -> {
            try (var client = new SessionClient(address())) {
                return client.alive();
            }
        });
    }

    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) sessions.add(new SessionClient(address()));
    }

    AgentConfiguration configuration(String user) {
        return configuration(user, file());
    }

    AgentConfiguration configuration(String user, Path... files) {
        return AgentConfiguration.of("n1", host.home(), AgentConfiguration.Driver.haproxy, List.of(files), user, null);
    }

    /** With files and directories as they are given with {@code -f}. */
    ProxyNode nodeOf(Path... files) throws IOException {
        var configuration = configuration(USER, files);
        Files.createDirectories(configuration.kernelsDir());
        var driver =
                new HaproxyDriver(configuration.runDir(), List.of(files), new BackendProof(USER, () -> "", Map.of()));
        return new ProxyNode(configuration, driver);
    }

    Adoption adoptionOf(Path... files) throws IOException {
        return new Adoption(configuration(USER, files), nodeOf(files));
    }

    ProxyNode node(Breakpoint breakpoint) throws IOException {
        var configuration = configuration(USER);
        Files.createDirectories(configuration.kernelsDir());
        return new ProxyNode(
                NodeSite.of(configuration, driver(), () -> 1L << 40, InstantSource.system(), breakpoint),
                ActivityHeartbeat::new);
    }

    HaproxyDriver driver() {
        return new HaproxyDriver(host.home().resolve("run"), file(), USER);
    }

    Adoption adoption(Breakpoint breakpoint) throws IOException {
        return new Adoption(configuration(USER), node(breakpoint));
    }

    void adopt(Breakpoint breakpoint) throws Exception {
        var adoption = adoption(breakpoint);
        adoption.carryOut(adoption.plan(null));
    }
}

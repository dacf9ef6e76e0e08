package dev.changeover.node.check;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.check.Finding.Level;
import dev.changeover.node.driver.BackendKind;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentConfiguration.Driver;
import dev.changeover.node.site.AgentVariant;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A host with a real HAProxy in its store, an operator's file and a real database. */
final class CheckScene implements AutoCloseable {
    private final HaproxyHost host = new HaproxyHost();
    private String user = "haproxy_check";
    private Map<String, BackendKind> backends = Map.of();

    CheckScene() throws IOException {
        write(host.configuration(RealParts.mariaDb().address().getPort()));
    }

    HaproxyHost host() {
        return host;
    }

    Path file() {
        return host.home().resolve("haproxy.cfg");
    }

    void write(String text) throws IOException {
        Files.writeString(file(), text);
    }

    /** Adds lines at the end of the section {@code global}. */
    void global(String... lines) throws IOException {
        var text = Files.readString(file());
        write(text.replace("global\n", "global\n    " + String.join("\n    ", lines) + "\n"));
    }

    void replace(String old, String fresh) throws IOException {
        write(Files.readString(file()).replace(old, fresh));
    }

    void append(String lines) throws IOException {
        write(Files.readString(file()) + lines);
    }

    void checkUser(String name) {
        user = name;
    }

    /** What agent.toml says of them. */
    void backends(Map<String, BackendKind> kinds) {
        backends = kinds;
    }

    AgentConfiguration configuration() {
        return AgentVariant.of(
                AgentConfiguration.of(
                        "n1",
                        host.home(),
                        Driver.haproxy,
                        List.of(file()),
                        user,
                        RealParts.kernels().older().toRun()),
                backends,
                null,
                OrderRules.DEFAULT);
    }

    private KernelToRun kernel() {
        return Objects.requireNonNull(configuration().initialKernel()).toRun();
    }

    ProxyNode node() throws IOException {
        var configuration = configuration();
        return new ProxyNode(
                configuration, new HaproxyDriver(configuration.runDir(), configuration.operatorFile(), user));
    }

    Path stage() throws Exception {
        var configuration = configuration();
        var driver = new HaproxyDriver(configuration.runDir(), configuration.operatorFile(), user);
        return NodeSite.of(configuration, driver)
                .kernels()
                .stage(kernel(), Breakpoint.NONE, () -> {})
                .directory();
    }

    /** Starts a generation of this node. */
    void serve() throws Exception {
        stage();
        node().boot(kernel().version(), ByHand.CAREFULLY);
    }

    List<Finding> findings() throws Exception {
        return NodeCheck.of(CheckedHost.of(configuration()), List.of());
    }

    /** As if the agent's unit gave it these rights. */
    List<Finding> findingsFor(long openFiles, Set<Capability> capabilities) throws Exception {
        return findingsFor(openFiles, capabilities, Optional.empty());
    }

    List<Finding> findingsFor(long openFiles, Set<Capability> capabilities, Optional<UnitState> unit) throws Exception {
        var agent = new AgentUser("nobody", 65534, Optional.of(capabilities), OptionalLong.of(openFiles), true);
        return NodeCheck.of(new CheckedHost(configuration(), unit, agent), List.of());
    }

    /** Level, subject and sentence of the findings of one check. */
    static List<String> of(String check, List<Finding> findings) {
        return findings.stream()
                .filter(found -> found.check().equals(check))
                .map(found -> found.level() + " " + found.subject() + ": " + found.sentence())
                .toList();
    }

    static List<String> problems(List<Finding> findings) {
        return findings.stream()
                .filter(found -> found.level() == Level.PROBLEM)
                .map(found -> found.subject() + ": " + found.sentence())
                .toList();
    }

    /** Every file below the home with its time, and every process that was started with one of them. */
    String everything() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(host.home())) {
            for (var file : files.sorted().toList()) {
                all.append(file)
                        .append(' ')
                        .append(Files.getLastModifiedTime(file))
                        .append('\n');
            }
        }
        ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(host.home() + "/"))
                .map(ProcessHandle::pid)
                .sorted(Comparator.naturalOrder())
                .forEach(pid -> all.append(pid).append('\n'));
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}

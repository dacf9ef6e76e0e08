package dev.changeover.node.check;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.haproxy.BackendProof;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.BootPointer;
import dev.changeover.node.site.KernelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What several checks look at: this host as it is now, through the eyes of its agent. Nothing of it is changed. */
public final class CheckedHost {
    private final AgentConfiguration configuration;
    private final Optional<UnitState> unit;
    private final AgentUser agent;

    /** What costs much to find out, once it was; a failure is not kept, as each check tells its own. */
    private volatile @Nullable OperatorConfiguration file;

    private volatile @Nullable List<Generation.Live> generations;

    private volatile @Nullable Optional<RunningProxy> foreign;

    CheckedHost(AgentConfiguration configuration, Optional<UnitState> unit, AgentUser agent) {
        this.configuration = configuration;
        this.unit = unit;
        this.agent = agent;
    }

    /** @throws IOException when this host does not even say who the agent is */
    public static CheckedHost of(AgentConfiguration configuration) throws IOException, InterruptedException {
        var unit = UnitState.of(AgentUser.UNIT);
        return new CheckedHost(configuration, unit, AgentUser.of(configuration.runDir(), unit));
    }

    BackendProof proof() {
        return new BackendProof(configuration.checkUser(), configuration::checkPassword, configuration.backends());
    }

    public AgentConfiguration configuration() {
        return configuration;
    }

    /** The agent's unit; empty where no systemd is in charge. */
    Optional<UnitState> unit() {
        return unit;
    }

    AgentUser agent() {
        return agent;
    }

    /** The variables of the agent's process, as it has them or as its unit gives them; else this process' own. */
    public Map<String, String> environment() throws IOException {
        if (unit.isEmpty() || !unit.get().isThere()) return System.getenv();
        var running = unit.get().mainProcess();
        var variables = new HashMap<String, String>();
        if (running != 0) {
            var text = Files.readString(Path.of("/proc", Long.toString(running), "environ"), StandardCharsets.UTF_8);
            for (var entry : text.split("\0")) put(variables, entry);
        } else {
            for (var file : unit.get().get("EnvironmentFiles").split(" \\(.*?\\)\\s*")) {
                if (file.isEmpty() || !Files.isReadable(Path.of(file))) continue;
                for (var line : Files.readAllLines(Path.of(file))) {
                    if (!line.startsWith("#")) put(variables, line.strip());
                }
            }
        }
        return variables;
    }

    private static void put(Map<String, String> variables, String entry) {
        var equals = entry.indexOf('=');
        if (equals > 0)
            variables.put(
                    entry.substring(0, equals), entry.substring(equals + 1).replaceAll("^\"(.*)\"$", "$1"));
    }

    /** Whether what this process sees and may try is what the agent would. */
    boolean isAgentsRights() {
        try {
            return agent.canBeTried();
        } catch (IOException unknown) {
            return false;
        }
    }

    String fileName() {
        return configuration.operatorFile().toString();
    }

    OperatorConfiguration file() throws IOException {
        var known = file;
        if (known == null) file = known = OperatorConfiguration.read(configuration.operatorFiles());
        return known;
    }

    /** The file's lines with this keyword, those of {@code defaults} included. */
    List<Setting> settings(Predicate<Setting> wanted) throws IOException {
        return file().settings().stream().filter(wanted).toList();
    }

    /** The last line of {@code global} with this keyword, which is the one that counts. */
    Optional<Setting> global(String keyword) throws IOException {
        return settings(line -> line.kind().equals("global") && line.is(keyword)).stream()
                .reduce((first, last) -> last);
    }

    List<Generation.Live> generations() throws IOException {
        var known = generations;
        if (known == null) {
            generations = known = new RunDirectory(configuration.runDir()).live();
        }
        return known;
    }

    Optional<Generation.Live> serving() throws IOException {
        return generations().stream().filter(live -> !live.stopping()).findFirst();
    }

    /** A HAProxy that somebody else started and that listens on the addresses of the file. */
    Optional<RunningProxy> foreign() throws IOException, InterruptedException {
        var known = foreign;
        if (known == null) foreign = known = generations().isEmpty() ? adoptable() : Optional.empty();
        return known;
    }

    private Optional<RunningProxy> adoptable() throws IOException, InterruptedException {
        try {
            return Optional.of(RunningProxy.of(file(), configuration.operatorFiles()));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** Whether no generation of this node runs and a HAProxy that somebody else started may serve in its place. */
    public boolean isToBeAdopted() throws IOException, InterruptedException {
        if (!generations().isEmpty()) return false;
        var sockets = ListeningSockets.now();
        return sockets.listeners(file().addresses()).stream().anyMatch(ListeningSockets.Listener::isHaproxy)
                || foreign().isPresent();
    }

    KernelStore kernels() {
        var directory = configuration.kernelsDir();
        var driver = new HaproxyDriver(configuration.runDir(), configuration.operatorFiles(), proof());
        return new KernelStore(
                directory,
                configuration.packageAddresses(),
                () -> nearest(directory).toFile().getUsableSpace(),
                driver);
    }

    /** The kernel that the agent starts: what boots, else the initial one if it is here. */
    Optional<StagedKernel> bootKernel() throws IOException {
        var current = new BootPointer(configuration.runDir()).current();
        if (current.isPresent()) return kernels().find(current.get());
        var initial = configuration.initialKernel();
        return initial == null ? Optional.empty() : kernels().find(initial.version());
    }

    /** What a file below {@code /proc/sys} says, which gives all at the first reading or nothing more. */
    static String setting(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(4096), StandardCharsets.US_ASCII).strip();
        }
    }

    /** The path itself, or the directory above it that is there. */
    static Path nearest(Path path) {
        return Stream.iterate(path.toAbsolutePath(), above -> above != null, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}

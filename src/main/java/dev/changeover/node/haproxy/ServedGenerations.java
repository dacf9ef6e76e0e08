package dev.changeover.node.haproxy;

import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver.Served;
import dev.changeover.node.driver.ProxyDriver.Serving;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which generations can be reached, and what is left of those that could. */
final class ServedGenerations {
    private static final Logger LOG = LoggerFactory.getLogger(ServedGenerations.class);

    private ServedGenerations() {}

    /** What a file asks for. */
    interface Description {
        ProxyConfiguration of(OperatorConfiguration file) throws IOException;
    }

    /** Configurations that have served and are as they were then, the youngest first; what is damaged is set aside. */
    static List<Served> in(RunDirectory run, Description description) throws IOException {
        var served = new ArrayList<Served>();
        var unmarked = new ArrayList<Served>();
        for (var directory : run.directories().reversed()) {
            try {
                add(directory, description, served, unmarked);
            } catch (IOException unreadable) {
                // One that nobody can read keeps no other one down.
                LOG.warn("the generation in {} is passed over: {}", directory.path(), Reason.of(unreadable));
            }
        }
        // Agents before marks were written left none: then the youngest must do.
        return served.isEmpty() ? unmarked.stream().limit(1).toList() : served;
    }

    private static void add(
            GenerationDirectory directory, Description description, List<Served> served, List<Served> unmarked)
            throws IOException {
        // Where nothing of ours comes up, what was adopted serves on: it is no second way to start.
        if (AdoptedProcess.in(directory).filter(AdoptedProcess::isRunning).isPresent()) return;
        var copy = read(directory);
        var version = directory.servedVersion();
        if (copy.isEmpty() || directory.isMarked() && version.isEmpty()) {
            if (RunDirectory.hasEnded(directory)) {
                PrivateFile.setAside(directory.path(), "does not hold the configuration it was made with any more");
            }
            return;
        }
        (version.isPresent() ? served : unmarked).add(new Served(version, description.of(copy.get())));
    }

    /** Empty where it is not there, or is nothing that somebody wrote. */
    private static Optional<OperatorConfiguration> read(GenerationDirectory directory) throws IOException {
        var copy = directory.operatorConfiguration();
        if (Files.notExists(copy)) return Optional.empty();
        return Optional.of(OperatorConfiguration.read(copy)).filter(OperatorConfiguration::isWhole);
    }

    /** What accepts connections on its addresses. One that does so alone is noted as having served. */
    static Optional<Serving> serving(RunDirectory run) throws IOException {
        var serving = new ArrayList<Generation.Live>();
        for (var live : run.serving()) if (listens(live)) serving.add(live);
        if (serving.size() == 1) note(serving.getFirst());
        return serving.isEmpty()
                ? Optional.empty()
                : Optional.of(() -> serving.stream().noneMatch(ServedGenerations::isRunning));
    }

    private static boolean isRunning(Generation.Live live) {
        return RunDirectory.isRunning(live.worker()) || RunDirectory.isRunning(live.master());
    }

    /** The same one; as one that accepts nothing where clients cannot get in. */
    static Generation.Live accepting(Generation.Live live) throws IOException {
        return live.stopping() || listens(live) ? live : live.deaf();
    }

    /** Whether clients can get in: a worker whose file was lost runs as well, and opens nothing. */
    private static boolean listens(Generation.Live live) throws IOException {
        // Only the worker knows what stands under a condition, or what a host name or a variable was at its start.
        if (ListeningSockets.areHeldBy(live.worker())) return true;
        var file = read(live.directory());
        var addresses = file.map(OperatorConfiguration::addresses).orElse(List.of());
        return addresses.stream().anyMatch(ListeningSockets.now()::anyOn)
                // Unix sockets alone are nobody's address.
                || addresses.isEmpty()
                        && file.filter(known -> !known.frontends().isEmpty()).isPresent();
    }

    private static void note(Generation.Live serving) {
        try {
            if (!serving.directory().isMarked()) serving.directory().noteServed(serving.version());
        } catch (IOException full) {
            // It serves all the same; the next look tries again, and an inspection tells of a full disk.
        }
    }
}

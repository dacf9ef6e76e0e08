package dev.changeover.bench;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.temporal.RealTemporal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Agents as processes of their own, which take orders of whoever reaches Temporal. */
final class AgentProcess {

    private AgentProcess() {}

    /** What an agent of this name needs, {@code agent.toml} included. */
    static BenchHost home(Path parent, String name, Kernel first) throws IOException {
        var host = BenchHost.create(parent, name, "");
        Files.writeString(host.directory().resolve("agent.toml"), """
                node_id = "%s"
                run_dir = "%s"
                kernels_dir = "%s"
                haproxy_configuration = "%s"
                package_addresses = ["file:///"]
                check_user = "%s"
                [orders]
                unsigned = true
                [initial_kernel]
                version = "%s"
                reported_version = "%s"
                url = "%s"
                sha256 = "%s"
                """.formatted(
                        "bench-" + name,
                        host.directory().resolve("run"),
                        host.directory().resolve("kernels"),
                        host.configuration(),
                        BenchHost.CHECK_USER,
                        first.version(),
                        first.reportedVersion(),
                        first.packageFile().toUri(),
                        first.sha256()));
        return host;
    }

    /** Returns when it takes orders. */
    static JarProcess start(Path home, JarProcess.Settings settings) throws IOException {
        return JarProcess.start(
                home,
                settings,
                Map.of("TEMPORAL_ADDRESS", RealTemporal.address()),
                () -> {
                    var log = Files.readString(JarProcess.log(home));
                    return log.contains("takes orders") && log.contains(" answers.");
                },
                "agent",
                "--config",
                home.resolve("agent.toml").toString());
    }
}

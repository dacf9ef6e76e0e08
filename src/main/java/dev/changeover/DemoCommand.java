package dev.changeover;

import dev.changeover.demo.CampaignDemonstration;
import dev.changeover.demo.ControlPlaneHandle;
import dev.changeover.demo.DemoStage;
import dev.changeover.demo.Demonstration;
import dev.changeover.demo.Screen;
import dev.changeover.host.FileTree;
import dev.changeover.server.ServerProcess;
import dev.changeover.temporal.devserver.TemporalProgram;
import dev.changeover.upgrade.UpgradeSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything in one process: a proxy is upgraded under traffic, and the evidence is printed. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Upgrades a three-node proxy under live traffic in this process, and reports what clients noticed.")
final class DemoCommand implements Callable<Integer> {
    /** As a shell reports Ctrl-C. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--keep", description = "leave everything up afterwards, until Ctrl-C")
    private boolean keep = Boolean.getBoolean("demo.keep");

    @Option(
            names = "--campaign",
            description = "five proxies on a defective version leave it in waves, and their owners get mails")
    private boolean campaign = Boolean.getBoolean("demo.campaign");

    @Option(
            names = "--report",
            defaultValue = "target/demo/report.json",
            description = "where the evidence goes, and the mails beside it (default: ${DEFAULT-VALUE})")
    private Path report = Path.of("target/demo/report.json");

    @Override
    public Integer call() throws IOException, InterruptedException {
        var log = report.toAbsolutePath().resolveSibling("demo.log");
        Files.createDirectories(log.getParent());
        try (var one = FileChannel.open(
                        log.resolveSibling("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = one.tryLock()) {
            if (lock == null) {
                throw new IOException("another demonstration writes to %s: name another place with --report"
                        .formatted(log.getParent()));
            }
            return run(log);
        }
    }

    private int run(Path log) throws IOException, InterruptedException {
        System.setProperty("changeover.demo.log", log.toString());
        System.setProperty("logback.configurationFile", "logback-demo.xml");
        var screen = Screen.ofThisProcess();
        if (TemporalProgram.ofThisMachine().install() instanceof TemporalProgram.Installation.Missing missing) {
            screen.say(missing.reason());
        }
        // Unix sockets have short names, and a checkout may lie deep.
        var directory = Files.createTempDirectory("changeover-demo");
        var interrupted = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(interrupted, ended), "end of the demonstration"));
        try {
            var stage = new DemoStage(directory, DemoCommand::server, screen, interrupted);
            return campaign
                    ? new CampaignDemonstration(stage).run(report.resolveSibling("mails"), keep)
                    : new Demonstration(stage).run(report, keep);
        } catch (InterruptedException stopped) {
            return INTERRUPTED;
        } finally {
            FileTree.delete(directory);
            ended.countDown();
        }
    }

    /** Ctrl-C: whatever was started is ended before this process is. */
    private static void end(CountDownLatch interrupted, CountDownLatch ended) {
        interrupted.countDown();
        try {
            ended.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static ControlPlaneHandle server(Path data, UpgradeSettings settings, Map<String, Object> more) {
        var properties = new HashMap<String, Object>(Map.of(
                "changeover.data",
                data.toString(),
                "changeover.port",
                0,
                "changeover.temporal.port",
                0,
                "changeover.temporal.ui-port",
                0,
                "changeover.temporal.allow-in-process",
                true,
                "changeover.temporal.ends-with-parent",
                true,
                "changeover.upgrade.soak",
                settings.soak().toString(),
                "changeover.upgrade.age-limit",
                settings.ageLimit().toString(),
                "changeover.upgrade.pace",
                settings.pace().toString(),
                "changeover.upgrade.agent-pickup-timeout",
                settings.agentPickupTimeout().toString()));
        properties.putAll(more);
        return ServerProcess.start(properties);
    }
}

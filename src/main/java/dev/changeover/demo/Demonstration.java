package dev.changeover.demo;

import dev.changeover.node.HandOver;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeView;
import dev.changeover.upgrade.engine.Upgrades;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The demonstration, from nothing to the evidence:
 *
 * <ol>
 *   <li>A database, three nodes before it, a control plane with Temporal; each says which it is, and why.
 *   <li>Clients: short connections all the time, and sessions that stay.
 *   <li>An upgrade of the proxy, node by node, shown while it happens.
 *   <li>Old sessions come of age and are closed, paced; the others stay.
 *   <li>The report, on the screen and as a file.
 * </ol>
 */
public final class Demonstration {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration REDRAW = Duration.ofMillis(400);

    private final DemoStage stage;
    private final Screen screen;
    private final DemoScript script = DemoScript.SHORT;

    public Demonstration(DemoStage stage) {
        this.stage = stage;
        this.screen = stage.screen();
    }

    /**
     * Runs it.
     *
     * @param report where the evidence goes
     * @param keep whether everything stays up, to be looked at, until it is interrupted
     * @return the process's exit code: 0 when the upgrade is done, no connection failed and no session was cut
     */
    public int run(Path report, boolean keep) throws IOException, InterruptedException {
        try (var database = Database.ofThisHost();
                var nodes = DemoNodes.ofThisHost(stage.directory(), database, DemoNodes.IDS);
                var product = stage.start(Map.of())) {
            stage.introduce(database, nodes, product, keep);
            introduce(nodes);
            DemoFleet.register(product.inventory(), nodes);
            try (var clients = new DemoClients(nodes.addresses(), database.app(), script)) {
                var last = upgrade(product, nodes, clients);
                var evidence = evidence(product, nodes, clients, last);
                evidence.writeTo(report);
                screen.close();
                evidence.text().lines().forEach(screen::say);
                stage.say("report", report);
                if (keep) {
                    stage.stayUp(product);
                }
                return last.result().outcome() == Outcome.DONE
                                && evidence.failed() == 0
                                && evidence.sessions().cut() == 0
                        ? 0
                        : 1;
            }
        }
    }

    private void introduce(DemoNodes nodes) {
        stage.say(
                "clients",
                "%d short connections a second, %d sessions that stay, in three groups"
                        .formatted(script.perSecond(), 3 * script.sessions()));
        stage.say(
                "upgrade",
                "from %s to %s; sessions older than %d s may be closed, one a second and node%n"
                        .formatted(
                                nodes.older().version(),
                                nodes.newer().version(),
                                script.settings().ageLimit().toSeconds()));
    }

    private Progress upgrade(ControlPlaneHandle product, DemoNodes nodes, DemoClients clients)
            throws IOException, InterruptedException {
        stage.pause(script.before(), "traffic was measured");
        clients.upgradeBegins();
        var jobId = switch (product.upgrades().submit(DemoFleet.submission(nodes))) {
            case Admission.Admitted admitted -> admitted.jobId();
            case Admission.Refused refused ->
                throw new IOException("the upgrade was refused: " + Check.sentences(refused.blockers()));
        };
        product.upgrades().view(jobId).map(UpgradeView::temporalPage).ifPresent(page -> stage.say("workflow", page));
        return watch(product.upgrades(), jobId, nodes, clients);
    }

    private Progress watch(Upgrades upgrades, String jobId, DemoNodes nodes, DemoClients clients)
            throws IOException, InterruptedException {
        var deadline = System.nanoTime() + LONGEST.toNanos();
        boolean announced = false;
        while (System.nanoTime() < deadline) {
            var progress = upgrades.view(jobId).orElseThrow().progress();
            if (!announced && progress.result().servingAt() != null) {
                clients.allServe();
                announced = true;
            }
            show(progress, nodes, clients);
            if (progress.phase() == Phase.ENDED) {
                return progress;
            }
            stage.pause(REDRAW, "it was in phase " + progress.phase());
        }
        throw new IOException("the upgrade has not ended within " + LONGEST.toMinutes() + " minutes");
    }

    private void show(Progress progress, DemoNodes nodes, DemoClients clients) {
        var shorts = clients.shorts().total();
        screen.show(
                DemoRows.of(progress, nodes),
                "%s %d %%, next: %s%n%d connections made, %d failed; %d sessions alive"
                        .formatted(
                                progress.phase(),
                                progress.percent(),
                                progress.next(),
                                shorts.connections(),
                                shorts.failed(),
                                clients.alive()));
    }

    private static DemoReport evidence(
            ControlPlaneHandle product, DemoNodes nodes, DemoClients clients, Progress last) {
        clients.stopShorts();
        return DemoReport.of(
                last.request().jobId(),
                clients.shorts(),
                clients.tally(),
                last.nodes().stream().map(Demonstration::line).toList(),
                product.temporal(),
                nodes.words());
    }

    private static DemoReport.Node line(NodeProgress node) {
        var handOver = node.handOver();
        var parts = handOver == null ? List.<HandOver.Part>of() : handOver.parts();
        return new DemoReport.Node(
                node.node().nodeId(),
                node.node().from().toString(),
                node.runs().toString(),
                parts.stream().mapToLong(HandOver.Part::millis).sum());
    }
}

package dev.changeover.upgrade.workflow;

import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What the recorded histories tell, each a different way through the workflow. */
public enum Scenario {
    SUCCESS(Outcome.DONE),
    HOLD_AND_RETRY(Outcome.DONE),
    SKIP(Outcome.MIXED),
    STOP(Outcome.MIXED),
    PAUSE(Outcome.DONE),
    REFUSAL(Outcome.REFUSED),
    RETIREMENT(Outcome.DONE),
    SCHEDULED(Outcome.DONE),
    STANDING_BACK(Outcome.DONE),
    CANCELLED(Outcome.CANCELLED),
    /** Recorded when that told nobody. */
    STAGED_ANEW(Outcome.DONE);

    /** Sessions count as old after two seconds, so that a recording need not last a day. */
    public static final UpgradeSettings QUICK = new UpgradeSettings(
            Duration.ZERO, Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(20), Duration.ZERO, 20);

    private final Outcome outcome;

    Scenario(Outcome outcome) {
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Plays it to its end. */
    Outcome play(Scene scene) {
        switch (this) {
            case SUCCESS -> scene.submit();
            case HOLD_AND_RETRY -> {
                var job = held(scene, "n3 handOver", NodeFault.CONFIG_REFUSED);
                scene.nodes.mend("n3 handOver");
                scene.say(Command.RETRY, job);
            }
            case SKIP -> scene.say(Command.SKIP, held(scene, "n3 watch", NodeFault.SOAK_FAILED));
            case STOP -> scene.say(Command.STOP, held(scene, "n3 handOver", NodeFault.CONFIG_REFUSED));
            case PAUSE -> pause(scene);
            case REFUSAL -> {
                var edited = new Problem(Problem.Kind.CONFIG_CHANGED, "edited by hand");
                scene.nodes.during("n3 stage", () -> scene.nodes.report("n3", edited));
                scene.submit();
            }
            case RETIREMENT -> retire(scene);
            case SCHEDULED -> {
                var job = waiting(scene);
                scene.windowIsOpen();
                scene.upgrades.reschedule(job, scene.clock.instant().plusSeconds(3), "because", "bob");
            }
            case STANDING_BACK -> standBack(scene);
            case CANCELLED -> scene.say(Command.CANCEL, waiting(scene));
            case STAGED_ANEW -> {
                scene.nodes.fail("n3 handOver", NodeFault.NO_PACKAGE, 1);
                scene.submit();
            }
        }
        return scene.outcome();
    }

    /** An agent has something against it at the opening, and a minute later nothing any more. */
    private static void standBack(Scene scene) {
        var job = waiting(scene);
        scene.nodes.report("n3", new Problem(Problem.Kind.DISK_FULL, "no room"));
        scene.windowIsOpen();
        scene.upgrades.reschedule(job, scene.clock.instant().plusSeconds(3), "because", "bob");
        scene.await("it stands back", progress -> progress.next().contains("no room"));
        scene.nodes.heal("n3");
    }

    private static String held(Scene scene, String nodeAndStep, NodeFault fault) {
        scene.nodes.fail(nodeAndStep, fault);
        var job = scene.submit();
        scene.awaitHeld(nodeAndStep.split(" ", -1)[0]);
        return job;
    }

    private static String waiting(Scene scene) {
        scene.windowOpensLater();
        var job = scene.schedule();
        scene.await("it waits", progress -> progress.phase() == Phase.WAITING);
        return job;
    }

    /** Before the first node, and again while old sessions are retired. */
    private static void pause(Scene scene) {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.say(Command.PAUSE, job);
        scene.await("paused before the first node", progress -> scene.nodes.deeds.size() == 3);
        scene.say(Command.RESUME, job);
        scene.await("retiring", progress -> scene.nodes.asked("retire") == 3);
        scene.say(Command.PAUSE, job);
        scene.await("broken off", progress -> scene.nodes.brokenOff.size() == 3);
        scene.say(Command.RESUME, job);
        scene.nodes.keepOldSessions(false);
    }

    private static void retire(Scene scene) {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await(
                "all close sessions",
                progress -> scene.upgrades.view(job).orElseThrow().retiring().size() == 3);
        scene.nodes.keepOldSessions(false);
    }

    /** Where its history is kept. */
    Path file() {
        return Path.of(
                "src/test/resources/histories", name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json");
    }
}

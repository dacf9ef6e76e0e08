package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The key with which orders are signed changes while agents and upgrades are at work. */
@ResourceLock(RealServer.QUEUES)
class KeyChangeTest {
    private final RealServer scene = new RealServer(2, Scenario.QUICK);

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void an_upgrade_under_way_hears_commands_and_comes_to_its_end() {
        scene.nodes.keepOldSessions(true);
        var job = scene.submit();
        scene.await("retiring", progress -> progress.phase() == Phase.RETIRING);
        var before = scene.signer.fingerprint();

        scene.changeKey();
        assertThat(scene.say(Command.PAUSE, job).noted()).isTrue();
        assertThat(scene.say(Command.RESUME, job).noted()).isTrue();
        scene.await("retires again", progress -> progress.phase() == Phase.RETIRING);
        scene.nodes.keepOldSessions(false);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(scene.enrolled.refusals).isEmpty();
        assertThat(scene.enrolled.keys()).doesNotContain(before).containsOnly(scene.signer.fingerprint());
    }
}

package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.workflow.RealServer;
import dev.changeover.upgrade.workflow.Scenario;
import dev.changeover.upgrade.workflow.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(RealServer.QUEUES)
class KeyFollowersTest {

    @Test
    void bring_the_present_key_to_agents_that_said_a_former_one_when_they_are_back() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            var before = scene.signer.fingerprint();
            scene.upgrades.plan(Scene.PROXY);
            assertThat(scene.enrolled.keys()).containsExactly(before, before);
            scene.inventory.goesBy("n2", before);
            scene.kill("n2");
            scene.changeKey();
            scene.startAgent("n2");

            new KeyFollowers(scene.inventory, scene.signer, scene.upgrades).look();

            assertThat(scene.enrolled.keys()).containsOnly(scene.signer.fingerprint());
            assertThat(scene.enrolled.refusals).isEmpty();
        }
    }
}

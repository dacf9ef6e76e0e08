package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RollingUpgradeTest {
    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void upgrades_standbys_before_the_primary_and_retires_them_together() {
        var request = scene.request();

        var outcome = scene.start(request).upgrade(request);

        assertThat(outcome).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds.stream().filter(deed -> deed.endsWith("handOver") || deed.endsWith("watch")))
                .containsExactly("n2 handOver", "n2 watch", "n3 handOver", "n3 watch", "n1 handOver", "n1 watch");
        assertThat(scene.nodes.deeds.subList(9, 12)).containsExactlyInAnyOrder("n1 retire", "n2 retire", "n3 retire");
        assertThat(scene.nodes.deeds.subList(12, 15)).containsExactlyInAnyOrder("n1 verify", "n2 verify", "n3 verify");
        var task = scene.ledger.task(request.jobId()).orElseThrow();
        assertThat(task.status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(task.progress()).isEqualTo(100);
        assertThat(task.outcome()).isEqualTo("DONE");
        assertThat(scene.inventory.proxy(Scene.PROXY).orElseThrow().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.inventory.proxy(Scene.PROXY).orElseThrow().version()).isEqualTo(ScriptedNodes.NEW);
    }
}

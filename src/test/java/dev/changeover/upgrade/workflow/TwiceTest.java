package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwiceTest {

    @Test
    void survives_every_activity_running_twice() {
        try (var scene = new SkippedTime(Twice.inOneAttempt())) {
            endsAsIfEverythingHadRunOnce(scene);
        }
    }

    @Test
    void survives_the_loss_of_every_first_answer() {
        try (var scene = new SkippedTime(Twice.inTwoAttempts())) {
            endsAsIfEverythingHadRunOnce(scene);
        }
    }

    private static void endsAsIfEverythingHadRunOnce(Scene scene) {
        var job = scene.submit();

        var outcome = scene.outcome();

        assertThat(outcome).isEqualTo(Outcome.DONE);
        assertThat(scene.nodes.deeds).hasSize(30);
        assertThat(List.copyOf(new HashSet<>(scene.nodes.deeds))).hasSize(15);
        assertThat(scene.ledger.events(job, 0).stream().map(TaskEvent::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 26).boxed().toList());
        assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
        assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
        assertThat(scene.progress().nodes())
                .allSatisfy(node -> assertThat(node.handOver())
                        .isNotNull()
                        .satisfies(handOver ->
                                assertThat(handOver.after().serving()).isPresent()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void is_refused_alike_when_every_activity_runs_twice(boolean inOneAttempt) {
        try (var scene = new SkippedTime(inOneAttempt ? Twice.inOneAttempt() : Twice.inTwoAttempts())) {
            scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.OFFLINE)));

            var admission = scene.upgrades.submit(scene.submission(null));

            assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(admission).isInstanceOf(Admission.Refused.class);
            assertThat(scene.task(admission.jobId()).status()).isEqualTo(Task.Status.FAILED);
            assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
            assertThat(scene.nodes.asked).isEmpty();
        }
    }
}

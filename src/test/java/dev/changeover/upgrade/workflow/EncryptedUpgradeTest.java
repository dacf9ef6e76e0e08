package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.temporal.Keys;
import dev.changeover.temporal.PayloadConversion;
import dev.changeover.upgrade.Outcome;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.DataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upgrades whose payloads are encrypted before they go to Temporal. */
@ResourceLock(RealServer.QUEUES)
class EncryptedUpgradeTest {
    /** Who asked, why, and what an activity's summary and a package's address say. */
    private static final String[] SAID = {"alice", "because", "hand over", "file:///kernel.tar.gz"};

    @TempDir
    Path data;

    @Test
    void runs_to_its_end_and_its_history_keeps_to_itself_what_was_said() throws Exception {
        var plain = play(PayloadConversion.PLAIN);
        var encrypted = play(with("k1"));

        assertThat(bytes(plain)).contains(SAID);
        assertThat(bytes(encrypted)).doesNotContain(SAID);
        // What lists are made of stays readable.
        assertThat(bytes(encrypted)).contains("UpgradePhase", Scene.PROXY, Scene.PROJECT, "NodeHandOver");

        replay(encrypted, with("k1"));
        replay(encrypted, with("k2", "k1"));
        assertThatThrownBy(() -> replay(encrypted, with("k2")))
                .hasStackTraceContaining("the key 'k1', which is not in");
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_encrypted_where_it_began_without(Scenario scenario) throws Exception {
        replay(WorkflowExecutionHistory.fromJson(Files.readString(scenario.file())), with("k1"));
    }

    /** Heartbeats are read beside the SDK, and so is the memo that says whose run it is. */
    @Test
    void shows_what_its_agents_are_at() {
        try (var scene = new RealServer(3, Scenario.QUICK, with("k1"))) {
            assertThat(Scenario.RETIREMENT.play(scene)).isEqualTo(Outcome.DONE);
        }
    }

    private static WorkflowExecutionHistory play(DataConverter converter) {
        try (var scene = new RealServer(3, Scenario.QUICK, converter)) {
            assertThat(Scenario.HOLD_AND_RETRY.play(scene)).isEqualTo(Outcome.DONE);
            return scene.history();
        }
    }

    /** As they are on the wire and on Temporal's disk. */
    private static String bytes(WorkflowExecutionHistory history) {
        return history.getHistory().toByteString().toString(StandardCharsets.ISO_8859_1);
    }

    private static void replay(WorkflowExecutionHistory history, DataConverter converter) throws Exception {
        var options = TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(converter)
                        .build())
                .build();
        try (var environment = TestWorkflowEnvironment.newInstance(options)) {
            WorkflowReplayer.replayWorkflowExecution(history, environment, RollingUpgrade.class);
        }
    }

    private DataConverter with(String... ids) {
        return PayloadConversion.encrypted(Keys.file(data, ids));
    }
}

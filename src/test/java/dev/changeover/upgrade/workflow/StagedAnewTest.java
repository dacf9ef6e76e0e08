package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.Loopback;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.TestDatabase;
import dev.changeover.node.agent.TrustingLifeline;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.sandbox.SandboxDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeSite;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Outcome;
import io.temporal.api.enums.v1.EventType;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The node n2 has an agent as it runs on a host, on a real server; what it has staged is damaged before the handover. */
@ResourceLock(RealServer.QUEUES)
class StagedAnewTest {
    private static final String USER = "check";

    @TempDir
    Path directory;

    private final RealServer scene = new RealServer(2, Scenario.QUICK);
    private final WorkerFactory worker = WorkerFactory.newInstance(scene.client);
    private final TestDatabase database = new TestDatabase();
    private @Nullable SandboxDriver driver;

    StagedAnewTest() throws IOException {}

    @BeforeEach
    void start() throws Exception {
        var older = packed(ScriptedNodes.OLD);
        var newer = packed(ScriptedNodes.NEW);
        scene.inventory.register(List.of(row(older), row(newer)));
        scene.kill("n2");
        var file = Files.writeString(
                directory.resolve("sandbox.toml"),
                SandboxDriver.configuration(Loopback.freePort(), database.address()));
        driver = new SandboxDriver(file, USER);
        var configuration =
                AgentConfiguration.of("n2", directory, AgentConfiguration.Driver.sandbox, List.of(file), USER, null);
        var site = NodeSite.of(configuration, driver, () -> 1L << 40, Clock.systemUTC(), Breakpoint.NONE);
        site.kernels().stage(older, Breakpoint.NONE, () -> {});
        var agent = new ProxyNode(site, new TrustingLifeline()::in);
        agent.boot(older.version(), ByHand.CAREFULLY);
        worker.newWorker("node:n2")
                .registerActivitiesImplementations(new EnrolledNodes(agent, scene.signer, scene.clock));
        worker.start();
    }

    @AfterEach
    void end() throws IOException {
        worker.shutdownNow();
        scene.close();
        if (driver != null) driver.close();
        database.close();
    }

    private KernelToRun packed(KernelVersion version) throws IOException {
        return SandboxDriver.pack(directory.resolve(version + ".tar.gz"), version, version + "-1");
    }

    private static Kernel row(KernelToRun packed) {
        var kernel = Scene.kernel(packed.version());
        var from = packed.sources().getFirst();
        return new Kernel(
                kernel.engine(),
                kernel.version(),
                kernel.lifecycle(),
                kernel.lifecycleReason(),
                packed.reportedVersion(),
                kernel.releaseNotes(),
                null,
                List.of(new Kernel.KernelPackage(from.arch(), from.url(), from.sha256())));
    }

    @Test
    void a_kernel_that_was_damaged_since_is_staged_and_handed_over_without_an_operator() throws Exception {
        var job = scene.submit();
        scene.say(Command.PAUSE, job);
        scene.await(
                "staged",
                progress ->
                        progress.paused() && progress.nodes().stream().allMatch(node -> node.step() == Step.STAGED));
        var note = directory
                .resolve("kernels")
                .resolve(ScriptedNodes.NEW.toString())
                .resolve(".package-sha256");
        var whole = Files.readString(note);
        Files.writeString(note, whole.substring(1));

        scene.say(Command.RESUME, job);

        scene.await(
                "handed over or held",
                progress -> scene.kinds(job).stream().anyMatch(Set.of("HANDED_OVER", "HELD")::contains));
        assertThat(scene.kinds(job)).doesNotContain("HELD");
        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        assertThat(note).hasContent(whole);
        assertThat(scene.history().getEvents().stream()
                        .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                        .map(event -> event.getActivityTaskScheduledEventAttributes())
                        .filter(step -> step.getTaskQueue().getName().equals("node:n2"))
                        .map(step -> step.getActivityType().getName()))
                .containsSubsequence("NodeStage", "NodeHandOver", "NodeStage", "NodeHandOver", "NodeVerify");
        try (var environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(scene.client.getOptions())
                .build())) {
            WorkflowReplayer.replayWorkflowExecution(scene.history(), environment, RollingUpgrade.class);
        }
    }
}

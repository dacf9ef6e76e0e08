package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.temporal.TemporalConnection;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody with full access to Temporal, and none to the control plane's interface, changes nothing of a campaign. */
class CampaignStrangerTest {
    private static final Duration PATIENT = Duration.ofMinutes(2);
    private static final String QUEUE = "stranger";

    @TempDir
    static Path directory = Path.of("");

    private static CampaignScene scene;
    private static String id;
    private static WorkerFactory stranger;

    /** The tasks of its first wave wait for windows that open in some hours. */
    @BeforeAll
    static void start() {
        scene = new CampaignScene(directory, Map.of());
        scene.fleet(4, 1, Duration.ofHours(6));
        id = scene.defective();
        scene.campaigns().say(Order.START, id, "now");
        awaitWaiting();
        stranger = WorkerFactory.newInstance(scene.client());
        stranger.newWorker(QUEUE).registerWorkflowImplementationTypes(Forwarding.class);
        stranger.start();
    }

    @AfterAll
    static void end() {
        stranger.shutdownNow();
        scene.close();
    }

    /** Has the control plane run an activity, and says whether it did. */
    @WorkflowInterface
    public interface Forward {
        @WorkflowMethod
        boolean ask(String activity, String campaignId);
    }

    public static final class Forwarding implements Forward {
        @Override
        public boolean ask(String activity, String campaignId) {
            var options = ActivityOptions.newBuilder()
                    .setTaskQueue(CampaignWorkflow.QUEUE)
                    .setStartToCloseTimeout(Duration.ofSeconds(20))
                    .setRetryOptions(
                            RetryOptions.newBuilder().setMaximumAttempts(1).build())
                    .build();
            try {
                Workflow.newUntypedActivityStub(options).execute(activity, Object.class, campaignId);
                return true;
            } catch (ActivityFailure refused) {
                return false;
            }
        }
    }

    /** All that could have changed. */
    private record Rows(Campaign campaign, List<Member> members, List<String> tasks, List<String> asked) {
        static Rows now() {
            return new Rows(
                    scene.campaigns().campaign(id),
                    scene.members(id),
                    scene.sql()
                            .list(
                                    "select job_id, status, phase, planned_start from task order by job_id",
                                    row -> row.text("job_id")
                                            + row.text("status")
                                            + row.text("phase")
                                            + row.instantOrNull("planned_start")),
                    List.copyOf(scene.nodes.asked));
        }
    }

    @Test
    void asks_for_every_activity_and_none_changes_a_row() {
        var before = Rows.now();

        for (var activity : List.of("CampaignNext", "CampaignDeliver", "CampaignWithdraw", "CampaignAwaitChange")) {
            for (var campaign : List.of(id, "made-up")) {
                scene.client()
                        .newWorkflowStub(
                                Forward.class,
                                WorkflowOptions.newBuilder()
                                        .setTaskQueue(QUEUE)
                                        .setWorkflowId("stranger:" + UUID.randomUUID())
                                        .build())
                        .ask(activity, campaign);
            }
        }

        assertThat(Rows.now()).isEqualTo(before);
    }

    @Test
    void starts_campaigns_under_names_of_theirs_and_speaks_to_the_real_one_and_no_row_changes() {
        var before = Rows.now();

        var unknown = started("campaign:made-up", "made-up");
        var second = started("campaign:of-a-stranger", id);
        var real = scene.client().newUntypedWorkflowStub(CampaignWorkflow.idOf(id));
        for (var word : List.of("look", "approve", "halt", "run")) real.signal(word, "now");
        assertThatThrownBy(() -> real.update("approve", String.class, "now")).isInstanceOf(WorkflowException.class);

        unknown.getResult(Void.class);
        awaitWaiting();
        await("the second one waits", () -> "WAIT".equals(second.query("doing", String.class)));
        assertThat(Rows.now()).isEqualTo(before);
        second.terminate("by a stranger");
    }

    @Test
    void takes_its_workflow_and_the_campaign_stays_as_it_is_until_they_are_gone() {
        var before = Rows.now();
        var taken = new AtomicInteger();
        var line = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(scene.bean(TemporalConnection.class).address())
                .build());
        var worker = WorkerFactory.newInstance(
                WorkflowClient.newInstance(line, scene.client().getOptions()));
        var polls = worker.newWorker(CampaignWorkflow.QUEUE);
        polls.registerWorkflowImplementationFactory(CampaignWorkflow.class, () -> new Swallowed(taken));
        worker.start();

        await("the stranger was given the campaign", () -> {
            terminate();
            scene.campaigns().look();
            return taken.get() > 0;
        });
        line.shutdownNow();
        worker.shutdownNow();

        assertThat(Rows.now()).isEqualTo(before);
        await("the campaign goes on", () -> {
            scene.campaigns().look();
            return "WAIT".equals(doing());
        });
        assertThat(Rows.now()).isEqualTo(before);
    }

    /** It says that all is done. */
    public static final class Swallowed implements CampaignWorkflow {
        private final AtomicInteger taken;

        Swallowed(AtomicInteger taken) {
            this.taken = taken;
        }

        @Override
        public void run(String campaignId) {
            taken.incrementAndGet();
        }

        @Override
        public void look() {}

        @Override
        public String doing() {
            return "END";
        }
    }

    private static WorkflowStub started(String workflow, String campaign) {
        var stub = scene.client()
                .newUntypedWorkflowStub(
                        "CampaignWorkflow",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflow)
                                .setTaskQueue(CampaignWorkflow.QUEUE)
                                .build());
        stub.start(campaign);
        return stub;
    }

    private static void terminate() {
        try {
            scene.client().newUntypedWorkflowStub(CampaignWorkflow.idOf(id)).terminate("by a stranger");
        } catch (WorkflowException over) {
            // It has ended.
        }
    }

    private static String doing() {
        return scene.client().newUntypedWorkflowStub(CampaignWorkflow.idOf(id)).query("doing", String.class);
    }

    private static void awaitWaiting() {
        await(
                "tasks wait",
                () -> "WAIT".equals(doing()) && Rows.now().tasks().stream().anyMatch(task -> task.contains("WAITING")));
    }

    private static void await(String what, Callable<Boolean> there) {
        Awaitility.await(what)
                .atMost(PATIENT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(there);
    }
}

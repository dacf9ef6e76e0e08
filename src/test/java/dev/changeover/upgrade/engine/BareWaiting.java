package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.workflow.Journal;
import dev.changeover.upgrade.workflow.LedgerWriter;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

/** Workflows that wait for an instant and end, for measurements beside upgrades that wait for their window. */
final class BareWaiting {
    private BareWaiting() {}

    /** Has a timer and nothing else. */
    @WorkflowInterface
    public interface OnlyTimer {
        @WorkflowMethod(name = "OnlyTimer")
        String run(Instant until);
    }

    /** One timer. */
    public static final class Timed implements OnlyTimer {
        @Override
        public String run(Instant until) {
            Workflow.newTimer(Duration.between(Journal.now(), until)).get();
            return "done";
        }
    }

    /** Asks of Temporal, in the same order, what a scheduled upgrade asks until it waits for its opening. */
    @WorkflowInterface
    public interface AsMuch {
        @WorkflowMethod(name = "AsMuch")
        String run(int nodes, Instant until);

        @UpdateMethod
        String admit(String jobId);
    }

    /** Starts one as scheduled upgrades are started, and returns with the update's answer. */
    static void admitted(WorkflowClient client, WorkflowOptions options, String jobId, int nodes, Instant until) {
        var workflow = client.newWorkflowStub(AsMuch.class, options);
        WorkflowClient.executeUpdateWithStart(
                workflow::admit,
                jobId,
                UpdateOptions.<String>newBuilder()
                        .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                        .build(),
                new WithStartWorkflowOperation<>(workflow::run, nodes, until));
    }

    /** With trivial bodies and a word as payload. */
    public static final class Prepared implements AsMuch {
        private final BareWorkflow.Activities ledger =
                Workflow.newLocalActivityStub(BareWorkflow.Activities.class, LedgerWriter.LEDGER);
        private boolean admitted;

        @Override
        public String admit(String jobId) {
            Workflow.await(() -> admitted);
            return jobId;
        }

        @Override
        public String run(int nodes, Instant until) {
            write();
            admitted = true;
            phase(Phase.PRECHECK);
            onEach(nodes); // inspect
            phase(Phase.STAGING);
            onEach(nodes);
            phase(Phase.WAITING);
            var timer = Workflow.newTimer(
                    Duration.between(Journal.now(), until),
                    TimerOptions.newBuilder().setSummary("until " + until).build());
            write();
            return timer.thenApply(over -> "done").get();
        }

        private void onEach(int nodes) {
            var running = IntStream.rangeClosed(1, nodes)
                    .mapToObj(node -> Async.function(BareWorkflow.onNode(node)::act, "word"))
                    .toList();
            write();
            Promise.allOf(running).get();
        }

        private void write() {
            ledger.act("word");
        }

        private static void phase(Phase phase) {
            Workflow.upsertTypedSearchAttributes(UpgradeWorkflow.PHASE.valueSet(phase.name()));
        }
    }
}

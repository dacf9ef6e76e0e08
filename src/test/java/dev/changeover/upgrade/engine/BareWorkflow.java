package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.workflow.LedgerWriter;
import dev.changeover.upgrade.workflow.RollingUpgrade;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Asks of Temporal what an upgrade without trouble asks, in the same order, and thinks and says nothing. */
@WorkflowInterface
public interface BareWorkflow {
    String QUEUE = "bare";

    /** The word of a step that lasts as long as old sessions do. */
    String RETIRE = "retire";

    @WorkflowMethod(name = "Bare")
    String run(int nodes);

    @UpdateMethod
    String admit(String jobId);

    /** Starts one by an update, as upgrades are started, and returns with the update's answer. */
    static BareWorkflow admitted(WorkflowClient client, String id, int nodes) {
        var workflow = client.newWorkflowStub(
                BareWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(id)
                        .setTaskQueue(QUEUE)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                        .build());
        WorkflowClient.executeUpdateWithStart(
                workflow::admit,
                "job-" + id,
                UpdateOptions.<String>newBuilder()
                        .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                        .build(),
                new WithStartWorkflowOperation<>(workflow::run, nodes));
        return workflow;
    }

    /** Does nothing; local and on the nodes' queues. */
    @ActivityInterface(namePrefix = "Bare")
    interface Activities {
        @ActivityMethod
        String act(String word);
    }

    /** Registered with both kinds of workers. */
    final class Trivial implements Activities {
        @Override
        public String act(String word) {
            return word;
        }
    }

    /** The shape of {@link RollingUpgrade}. */
    final class Shape implements BareWorkflow {
        private final Activities ledger = Workflow.newLocalActivityStub(Activities.class, LedgerWriter.LEDGER);
        private boolean admitted;

        @Override
        public String admit(String jobId) {
            Workflow.await(() -> admitted);
            return jobId;
        }

        @Override
        public String run(int nodes) {
            write();
            admitted = true;
            phase(Phase.PRECHECK);
            onEach(nodes, 1, "inspect");
            phase(Phase.STAGING);
            onEach(nodes, 1, "stage");
            phase(Phase.NODES);
            for (int node = 1; node <= nodes; node++) {
                write(); // the prechecks once more
                onOne(node); // hand over
                onOne(node); // watch
            }
            phase(Phase.RETIRING);
            onEach(nodes, 2, RETIRE);
            phase(Phase.VERIFYING);
            onEach(nodes, 1, "verify");
            phase(Phase.ENDED);
            write();
            return "done";
        }

        private void onEach(int nodes, int writings, String word) {
            var running = IntStream.rangeClosed(1, nodes)
                    .mapToObj(node -> begin(node, word))
                    .toList();
            for (int i = 0; i < writings; i++) {
                write();
            }
            Promise.allOf(running).get();
        }

        private void onOne(int node) {
            var running = List.of(begin(node, "word"));
            write();
            Promise.allOf(running).get();
        }

        private static Promise<String> begin(int node, String word) {
            return Async.function(onNode(node, word)::act, word);
        }

        private void write() {
            ledger.act("word");
        }
    }

    /** The shape of an upgrade whose nodes have no agents: as long as an agent may take to answer, then its end. */
    final class Unanswered implements BareWorkflow {
        /** So long both wait; the upgrade is told so by its settings. */
        public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

        private final Activities ledger = Workflow.newLocalActivityStub(Activities.class, LedgerWriter.LEDGER);
        private boolean admitted;

        @Override
        public String admit(String jobId) {
            Workflow.await(() -> admitted);
            return jobId;
        }

        @Override
        public String run(int nodes) {
            ledger.act("word");
            admitted = true;
            phase(Phase.PRECHECK);
            var looking = IntStream.rangeClosed(1, nodes)
                    .mapToObj(node -> Async.function(probe(node)::act, "word"))
                    .toList();
            ledger.act("word");
            looking.forEach(Unanswered::silent);
            phase(Phase.ENDED);
            ledger.act("word");
            return "refused";
        }

        /** Every proxy has nodes of its own, and every node a queue. */
        private static Activities probe(int node) {
            return Workflow.newActivityStub(
                    Activities.class,
                    ActivityOptions.newBuilder()
                            .setTaskQueue(Workflow.getInfo().getWorkflowId() + ":n" + node)
                            .setScheduleToCloseTimeout(ANSWER_TIMEOUT)
                            .setSummary("nothing on n" + node)
                            .build());
        }

        private static boolean silent(Promise<String> probe) {
            try {
                probe.get();
                return false;
            } catch (ActivityFailure none) {
                return true;
            }
        }
    }

    private static void phase(Phase phase) {
        Workflow.upsertTypedSearchAttributes(UpgradeWorkflow.PHASE.valueSet(phase.name()));
    }

    /** The agent of that node, for steps that are soon done. */
    static Activities onNode(int node) {
        return onNode(node, "word");
    }

    private static Activities onNode(int node, String word) {
        return Workflow.newActivityStub(
                Activities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(queueOf(node))
                        .setStartToCloseTimeout(word.equals(RETIRE) ? Duration.ofDays(1) : Duration.ofMinutes(5))
                        .setSummary("nothing on n" + node)
                        .build());
    }

    /** The queue of that node's agent. */
    static String queueOf(int node) {
        return "bare:n" + node;
    }
}

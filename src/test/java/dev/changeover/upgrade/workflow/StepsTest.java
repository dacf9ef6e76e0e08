package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.KernelToRun;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandTest;
import dev.changeover.upgrade.UpgradeActivities;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import io.temporal.worker.Worker;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens between two lines of a workflow, where no client can get in between. */
class StepsTest {

    @RegisterExtension
    static final TestWorkflowExtension TEMPORAL = TestWorkflowExtension.newBuilder()
            .registerWorkflowImplementationTypes(TwoOperators.class)
            .build();

    @Test
    void lets_the_first_of_two_commands_about_the_same_node_win(TestWorkflowEnvironment temporal, Worker worker) {
        var options =
                WorkflowOptions.newBuilder().setTaskQueue(worker.getTaskQueue()).build();
        var operators = temporal.getWorkflowClient().newWorkflowStub(Operators.class, options);

        assertThat(operators.sayRetryAndSkip()).containsExactly("", "no node is held");
    }

    @WorkflowInterface
    public interface Operators {
        @WorkflowMethod
        List<String> sayRetryAndSkip();
    }

    /** Says both before the step that is held can hear either. */
    public static final class TwoOperators implements Operators {
        @Override
        public List<String> sayRetryAndSkip() {
            var journal = new Journal(Requests.of("job-1"));
            var plan = CommandTest.plan();
            journal.admitted(new UpgradeActivities.Prepared(
                    List.of(), plan, new KernelToRun(plan.target(), "1", List.of()), null, List.of()));
            var node = journal.of(plan.nodes().getFirst());
            node.handsOver();
            node.held("it failed");
            return List.of(say(Command.RETRY, journal), say(Command.SKIP, journal));
        }

        private static String say(Command command, Journal journal) {
            var order = CommandTest.order(null);
            var refusal = command.refusedBy(journal.progress(), order);
            if (refusal.isEmpty()) {
                journal.heard(command, order);
            }
            return refusal.orElse("");
        }
    }
}

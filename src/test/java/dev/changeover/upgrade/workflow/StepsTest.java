package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandTest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeSettings;
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
            var steps = new Steps(journal, new Agents(UpgradeSettings.DEFAULT), new Windows(journal));
            journal.append(EventKind.HELD, "n2", "it failed", progress -> CommandTest.progress(Phase.NODES, "held"));
            return List.of(say(Command.RETRY, steps, journal), say(Command.SKIP, steps, journal));
        }

        private static String say(Command command, Steps steps, Journal journal) {
            var order = CommandTest.order(null);
            var refusal = command.refusedBy(journal.progress(), order);
            if (refusal.isEmpty()) {
                steps.hear(command, order);
            }
            return refusal.orElse("");
        }
    }
}

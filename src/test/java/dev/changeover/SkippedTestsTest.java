package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.TestExecutionResult.aborted;
import static org.junit.platform.engine.TestExecutionResult.failed;
import static org.junit.platform.engine.TestExecutionResult.successful;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.launcher.TestIdentifier;
import org.opentest4j.TestAbortedException;

final class SkippedTestsTest {

    @Test
    void every_reason_is_told_once_at_the_end() {
        var told = new ArrayList<String>();
        var run = new SkippedTests(told::add);
        var test = TestIdentifier.from(new EngineDescriptor(UniqueId.forEngine("some"), "some"));
        var missing = new TestAbortedException("MariaDB is missing");

        run.executionFinished(test, aborted(missing));
        run.executionSkipped(test, "not on Mondays");
        run.executionFinished(test, aborted(missing));
        run.executionFinished(test, successful());
        run.executionFinished(test, failed(new AssertionError("red")));
        assertThat(told).isEmpty();
        run.tell();

        assertThat(told).containsExactly("skipped (2): MariaDB is missing", "skipped (1): not on Mondays");
    }
}

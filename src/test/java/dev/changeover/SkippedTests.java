package dev.changeover;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says at the end of a run why tests did not run, each reason once: Maven only counts them. */
public final class SkippedTests implements TestExecutionListener {
    private final Map<String, Integer> reasons = new ConcurrentSkipListMap<>();
    private final Consumer<String> told;

    public SkippedTests() {
        this(System.out::println);
    }

    SkippedTests(Consumer<String> told) {
        this.told = told;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped(reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            skipped(result.getThrowable().map(Throwable::getMessage).orElse("no reason is known"));
        }
    }

    private void skipped(String reason) {
        reasons.merge(reason, 1, Integer::sum);
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        tell();
    }

    void tell() {
        reasons.forEach((reason, count) -> told.accept("skipped (%d): %s".formatted(count, reason)));
        reasons.clear();
    }
}

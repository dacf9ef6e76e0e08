package dev.changeover.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenignFailuresTest {
    @ParameterizedTest
    @CsvSource({
        "io.temporal.internal.sync.WorkflowExecutionHandler, BENIGN, DENY",
        "io.temporal.internal.sync.WorkflowExecutionHandler, UNSPECIFIED, NEUTRAL",
        "dev.changeover.server, BENIGN, NEUTRAL"
    })
    void an_answer_of_a_workflow_that_is_no_fault_is_not_in_the_log(
            String logger, ApplicationErrorCategory category, FilterReply reply) {
        var answer = ApplicationFailure.newBuilder()
                .setMessage("node n1 is not registered")
                .setType("NOT_REGISTERED")
                .setCategory(category)
                .build();
        var line = new LoggingEvent(
                "here",
                new LoggerContext().getLogger(logger),
                Level.WARN,
                "Workflow execution failure",
                new IllegalStateException(answer),
                null);

        assertThat(new BenignFailures().decide(line)).isEqualTo(reply);
    }
}

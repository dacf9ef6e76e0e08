package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.changeover.database.TestDatabase;
import dev.changeover.telemetry.LogLines;
import io.micronaut.scheduling.TaskExceptionHandler;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFailuresTest {
    @TempDir
    Path directory;

    @Test
    void regular_work_that_fails_is_told_and_what_fails_while_the_server_ends_is_not() {
        TaskFailures failures;
        try (var server = TestDatabase.h2(directory)) {
            failures = (TaskFailures) server.getBean(TaskExceptionHandler.class);
            assertThat(told(failures, "disk full")).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage())
                        .isEqualTo("regular work of TaskFailuresTest failed, and is done again at its next turn");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("disk full");
            });
        }
        assertThat(told(failures, "no bean any more")).isEmpty();
    }

    /** Other servers, with failures of their own, run beside this one. */
    private List<ILoggingEvent> told(TaskFailures failures, String failure) {
        return LogLines.eventsOf(TaskFailures.class, () -> failures.handle(this, new IllegalStateException(failure)));
    }
}

package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.changeover.database.TestDatabase;
import io.micronaut.scheduling.TaskExceptionHandler;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TaskFailuresTest {
    @TempDir
    Path directory;

    @Test
    void regular_work_that_fails_is_told_and_what_fails_while_the_server_ends_is_not() {
        var log = (Logger) LoggerFactory.getLogger(TaskFailures.class);
        var told = new ListAppender<ILoggingEvent>();
        told.start();
        log.addAppender(told);
        try {
            TaskFailures failures;
            try (var server = TestDatabase.h2(directory)) {
                failures = (TaskFailures) server.getBean(TaskExceptionHandler.class);
                failures.handle("a bean", new IllegalStateException("disk full"));
                assertThat(told.list)
                        .singleElement()
                        .satisfies(event -> assertThat(event.getThrowableProxy().getMessage())
                                .isEqualTo("disk full"));
            }
            failures.handle("a bean", new IllegalStateException("no bean any more"));
            assertThat(told.list).hasSize(1);
        } finally {
            log.detachAppender(told);
        }
    }
}

package dev.changeover.server;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends all that runs by schedule before any part of the server ends. Micronaut asks for the part at each run: one that
 * came between would make it anew, with a connection and a Temporal of its own that nobody ends.
 */
@Singleton
record EndOfSchedules(@Named(TaskExecutors.SCHEDULED) ExecutorService schedules)
        implements ApplicationEventListener<ShutdownEvent> {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Override
    public void onApplicationEvent(ShutdownEvent end) {
        schedules.shutdown();
        try {
            if (!schedules.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) schedules.shutdownNow();
        } catch (InterruptedException atOnce) {
            schedules.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

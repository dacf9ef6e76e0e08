package dev.changeover.node;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionFailureException;
import java.time.Duration;

/**
 * Heartbeats of an activity. The SDK sends them in the background and says nothing when none arrives, so before closing
 * sessions one is sent whose answer is waited for.
 */
final class TemporalLifeline implements Lifeline {

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    /** Asking more often would only cost calls. */
    private static final Duration TRUST = Duration.ofSeconds(20);

    private final ActivityExecutionContext context;
    private long lastContact = System.nanoTime();
    private long lastAttempt = System.nanoTime();

    TemporalLifeline(ActivityExecutionContext context) {
        this.context = context;
    }

    @Override
    public void beat(RetireProgress progress) {
        context.heartbeat(progress);
    }

    @Override
    public boolean holds(RetireProgress progress) {
        if (isPast(lastAttempt, TRUST)) {
            lastAttempt = System.nanoTime();
            try {
                context.getWorkflowClient().newActivityCompletionClient().heartbeat(context.getTaskToken(), progress);
                lastContact = System.nanoTime();
            } catch (ActivityCompletionFailureException unreachable) {
                // Not an error yet: the answer below says how long this has been so.
                return !isPast(lastContact, LONGEST_SILENCE);
            }
        }
        return !isPast(lastContact, LONGEST_SILENCE);
    }

    private static boolean isPast(long since, Duration limit) {
        return System.nanoTime() - since > limit.toNanos();
    }
}

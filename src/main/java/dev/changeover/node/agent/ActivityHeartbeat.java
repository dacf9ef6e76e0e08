package dev.changeover.node.agent;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionFailureException;
import java.time.Duration;

/**
 * Heartbeats of an activity. The SDK sends them in the background and says nothing when none arrives, so before closing
 * sessions one is sent whose answer is waited for.
 */
public final class ActivityHeartbeat implements ControlPlaneHeartbeat {

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    /** Asking more often would only cost calls. */
    private static final Duration TRUST = Duration.ofSeconds(20);

    private final ActivityExecutionContext context;
    private final Duration longestSilence;
    private final Duration trust;
    private long lastContact = System.nanoTime();
    private long lastAttempt = System.nanoTime();

    public ActivityHeartbeat(ActivityExecutionContext context) {
        this(context, LONGEST_SILENCE, TRUST);
    }

    public ActivityHeartbeat(ActivityExecutionContext context, Duration longestSilence, Duration trust) {
        this.context = context;
        this.longestSilence = longestSilence;
        this.trust = trust;
    }

    @Override
    public void beat(Object progress) {
        context.heartbeat(progress);
    }

    @Override
    public boolean holds(Object progress) {
        if (isPast(lastAttempt, trust) && isAnswered(progress)) lastContact = System.nanoTime();
        return !isPast(lastContact, longestSilence);
    }

    private boolean isAnswered(Object progress) {
        lastAttempt = System.nanoTime();
        try {
            context.getWorkflowClient().newActivityCompletionClient().heartbeat(context.getTaskToken(), progress);
            return true;
        } catch (ActivityCompletionFailureException unreachable) {
            // Not an error by itself: for how long this has been so is what counts.
            return false;
        }
    }

    private static boolean isPast(long since, Duration limit) {
        return System.nanoTime() - since > limit.toNanos();
    }
}

package dev.changeover.node;

import io.temporal.testing.TestActivityEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Agents whose activities are called as a worker calls them: with a context, heartbeats and cancellation. */
final class TestAgents implements AutoCloseable {
    private final List<TestActivityEnvironment> environments = new ArrayList<>();
    private final List<RetireProgress> heartbeats = new CopyOnWriteArrayList<>();

    /** A new agent on the rig's host. */
    NodeActivities start(NodeRig rig, Breakpoint breakpoint) {
        return start(rig.agent(breakpoint));
    }

    /** These activities, called as a worker calls them. */
    NodeActivities start(NodeActivities activities) {
        var environment = TestActivityEnvironment.newInstance();
        environments.add(environment);
        environment.registerActivitiesImplementations(activities);
        environment.setActivityHeartbeatListener(RetireProgress.class, this::note);
        return environment.newActivityStub(NodeActivities.class);
    }

    /** What retirements have told, the last one last. Throttled as in production. */
    List<RetireProgress> heartbeats() {
        return heartbeats;
    }

    /** Cancels what the agent started last is doing. */
    void cancel() {
        environments.getLast().requestCancelActivity();
    }

    /** What the next activity of the agent started last finds as its predecessor's heartbeat. */
    void resumeFrom(RetireProgress told) {
        environments.getLast().setHeartbeatDetails(told);
    }

    @Override
    public void close() {
        environments.forEach(TestActivityEnvironment::close);
        environments.clear();
    }

    private void note(@Nullable RetireProgress beat) {
        if (beat != null) {
            heartbeats.add(beat);
        }
    }
}

package dev.changeover.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.common.converter.GlobalDataConverter;
import io.temporal.testing.TestActivityEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Agents whose activities are called as a worker calls them: with a context, heartbeats and cancellation. */
public final class TestAgents implements AutoCloseable {
    private final List<TestActivityEnvironment> environments = new ArrayList<>();
    private final List<RetireProgress> heartbeats = new CopyOnWriteArrayList<>();
    private final List<Closed> closings = new CopyOnWriteArrayList<>();

    /** A new agent on the rig's host. */
    public NodeActivities start(NodeRig rig, Breakpoint breakpoint) {
        return start(rig.agent(breakpoint));
    }

    /** These activities, called as a worker calls them. */
    public NodeActivities start(NodeActivities activities) {
        var environment = TestActivityEnvironment.newInstance();
        environments.add(environment);
        environment.registerActivitiesImplementations(activities);
        environment.setActivityHeartbeatListener(JsonNode.class, this::note);
        return environment.newActivityStub(NodeActivities.class);
    }

    /** What retirements have told, the last one last. Throttled as in production. */
    public List<RetireProgress> heartbeats() {
        return heartbeats;
    }

    /** What orders to close sessions have told, the last one last. Throttled as in production. */
    public List<Closed> closings() {
        return closings;
    }

    /** Cancels what the agent started last is doing. */
    public void cancel() {
        environments.getLast().requestCancelActivity();
    }

    /** What the next activity of the agent started last finds as its predecessor's heartbeat. */
    public void resumeFrom(Object told) {
        environments.getLast().setHeartbeatDetails(told);
    }

    @Override
    public void close() {
        environments.forEach(TestActivityEnvironment::close);
        environments.clear();
    }

    /** As if the agent had told it. */
    public void note(RetireProgress beat) {
        heartbeats.add(beat);
    }

    private void note(@Nullable JsonNode beat) {
        if (beat == null) {
            return;
        }
        if (beat.has("holders")) {
            heartbeats.add(as(RetireProgress.class, beat));
        } else {
            closings.add(as(Closed.class, beat));
        }
    }

    private static <T> T as(Class<T> kind, JsonNode beat) {
        var payload = GlobalDataConverter.get().toPayload(beat).orElseThrow();
        return GlobalDataConverter.get().fromPayload(payload, kind, kind);
    }
}

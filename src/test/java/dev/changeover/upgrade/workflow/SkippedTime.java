package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A scene of three nodes on Temporal's test server, where waiting takes no time while nothing works. */
public final class SkippedTime extends Scene {
    private final TestWorkflowEnvironment temporal;

    public SkippedTime(WorkerInterceptor... interceptors) {
        this(UpgradeSettings.DEFAULT, interceptors);
    }

    public SkippedTime(UpgradeSettings settings, WorkerInterceptor... interceptors) {
        this(
                environment(),
                settings,
                WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(interceptors)
                        .build(),
                WorkerOptions.getDefaultInstance());
    }

    public SkippedTime(UpgradeSettings settings, WorkerOptions central) {
        this(environment(), settings, WorkerFactoryOptions.getDefaultInstance(), central);
    }

    private SkippedTime(
            TestWorkflowEnvironment temporal,
            UpgradeSettings settings,
            WorkerFactoryOptions options,
            WorkerOptions central) {
        super(temporal.getWorkflowClient(), 3, settings, options, central, clock(temporal));
        this.temporal = temporal;
    }

    private static TestWorkflowEnvironment environment() {
        var options = TestEnvironmentOptions.newBuilder();
        for (var name : new String[] {"ProxyId", "InstanceId", "ProjectId", "UpgradePhase", "TargetVersion"}) {
            options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
        }
        return TestWorkflowEnvironment.newInstance(options.build());
    }

    /** Shows the time to which the server has skipped. */
    private static Clock clock(TestWorkflowEnvironment temporal) {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(temporal.currentTimeMillis());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("nobody asks it for local time");
            }
        };
    }

    /** Lets time pass. */
    public void skip(Duration time) {
        temporal.sleep(time);
    }

    /** Lets time pass, so that retries are over at once; with a long activity at work this is real time. */
    @Override
    String awaitHeld(String nodeId) {
        for (int i = 0; i < 20 && !held(progress()).contains(nodeId); i++) {
            skip(Duration.ofSeconds(3));
        }
        return super.awaitHeld(nodeId);
    }

    /** Nobody has to wait until the last poll is over. */
    @Override
    public void close() {
        super.close();
        Thread.startVirtualThread(() -> {
            awaitSilence();
            temporal.close();
        });
    }
}

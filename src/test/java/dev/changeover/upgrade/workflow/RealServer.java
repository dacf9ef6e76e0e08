package dev.changeover.upgrade.workflow;

import dev.changeover.temporal.PayloadConversion;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Clock;

/** A scene on the real server, in real time. There is one of them at a time: each test names {@link #QUEUES} as its lock. */
public final class RealServer extends Scene {
    /** The queues that all scenes use, those of the shared server. */
    public static final String QUEUES = "queues of the real server";

    public RealServer(int size, UpgradeSettings settings) {
        this(size, settings, PayloadConversion.PLAIN);
    }

    /** With what goes through Temporal written in another way. */
    public RealServer(int size, UpgradeSettings settings, DataConverter converter) {
        super(client(converter), size, settings, WorkerFactoryOptions.getDefaultInstance(), Clock.systemUTC());
    }

    /** Histories name their workers: always the same, so that recordings say nothing of the machine they were made on. */
    private static WorkflowClient client(DataConverter converter) {
        var real = RealTemporal.client();
        return WorkflowClient.newInstance(
                real.getWorkflowServiceStubs(),
                WorkflowClientOptions.newBuilder(real.getOptions())
                        .setIdentity("scene")
                        .setDataConverter(converter)
                        .build());
    }

    /** The next scene uses the same queues. */
    @Override
    public void close() {
        super.close();
        awaitSilence();
    }
}

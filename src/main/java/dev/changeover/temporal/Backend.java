package dev.changeover.temporal;

import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.Optional;

/** What answers as Temporal, one for each mode. */
interface Backend extends AutoCloseable {
    TemporalMode mode();

    /** Host and port, or a name for the one inside this process. */
    String address();

    WorkflowServiceStubsOptions stubsOptions();

    WorkflowClientOptions clientOptions();

    Optional<String> webUi();

    /** Keeps it running where that is ours to do; what stands in the way, in one sentence. Called again and again. */
    Optional<String> tend() throws InterruptedException;

    /** What has to be set once it answers. */
    void prepare(WorkflowServiceStubs stubs);

    @Override
    void close();
}

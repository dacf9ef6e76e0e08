package dev.changeover.temporal;

import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.Optional;

/** The service that answers as Temporal, one for each mode. */
interface Backend extends AutoCloseable {
    TemporalMode mode();

    /** Host and port, or a name for the one inside this process. */
    String address();

    /** As a sentence begins with it. */
    default String name() {
        return "Temporal at " + address();
    }

    WorkflowServiceStubsOptions stubsOptions();

    WorkflowClientOptions clientOptions();

    /** What we show it; empty where it does not ask. */
    default Optional<ClientCertificate> certificate() {
        return Optional.empty();
    }

    default Optional<String> webUi() {
        return Optional.empty();
    }

    /** Keeps it running where that is ours to do; what stands in the way, in one sentence. Called again and again. */
    default Optional<String> tend() throws InterruptedException {
        return Optional.empty();
    }

    /**
     * It has given no answer for a while. Ends it where that is ours to do, so that {@link #tend} starts it again.
     *
     * @return whether it was ended
     */
    default boolean endSilent() {
        return false;
    }

    /** Sets what has to be set once it answers; what stands in the way, in one sentence. */
    Optional<String> prepare(WorkflowServiceStubs stubs, SearchAttributes attributes);

    @Override
    default void close() {}
}

package dev.changeover.temporal;

import dev.changeover.host.SmallHeap;
import io.grpc.ServiceDescriptor;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import org.slf4j.LoggerFactory;

/**
 * Temporal's SDK counts calls by their names, and to know them it loads the messages of all, 8 MiB of classes. A small
 * process without metrics counts into nothing, so it is told of no calls.
 */
final class UncountedCalls {
    private UncountedCalls() {}

    /** Before the SDK asks for the names. Where it keeps them otherwise, the process takes more memory. */
    static void spareSmallProcess() {
        if (!SmallHeap.isSmall()) return;
        try {
            var names = WorkflowServiceGrpc.class.getDeclaredField("serviceDescriptor");
            names.setAccessible(true);
            names.set(
                    null,
                    ServiceDescriptor.newBuilder(WorkflowServiceGrpc.SERVICE_NAME)
                            .build());
        } catch (ReflectiveOperationException elsewhere) {
            LoggerFactory.getLogger(UncountedCalls.class)
                    .debug("the names of Temporal's calls are elsewhere", elsewhere);
        }
    }
}

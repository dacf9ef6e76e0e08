package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowServiceException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GrpcReasonTest {
    @Test
    void is_grpcs_status_and_message_and_never_a_workflows_id() {
        var grpc = Status.UNAVAILABLE.withDescription("no history service").asRuntimeException();
        var execution =
                WorkflowExecution.newBuilder().setWorkflowId("inspect:node:n1").build();

        assertThat(GrpcReason.of(new WorkflowServiceException(execution, "Inspect", grpc)))
                .isEqualTo("UNAVAILABLE, no history service");
        assertThat(GrpcReason.of(new IOException("the disk is full"))).isEqualTo("the disk is full");
    }
}

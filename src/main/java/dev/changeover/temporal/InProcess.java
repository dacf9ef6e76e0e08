package dev.changeover.temporal;

import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.util.Optional;

/** Temporal's Java test server on the wall clock, reached without a socket. */
final class InProcess implements Backend {
    private final TestServer.InProcessTestServer server = TestServer.createServer(true);

    @Override
    public TemporalMode mode() {
        return TemporalMode.IN_PROCESS;
    }

    @Override
    public String address() {
        return "in this process";
    }

    @Override
    public String name() {
        return "Temporal's test server in this process";
    }

    @Override
    public WorkflowServiceStubsOptions stubsOptions() {
        return WorkflowServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .build();
    }

    @Override
    public WorkflowClientOptions clientOptions() {
        return WorkflowClientOptions.getDefaultInstance();
    }

    /** It cannot list search attributes, so they are added without a look. */
    @Override
    public Optional<String> prepare(WorkflowServiceStubs stubs, SearchAttributes attributes) {
        attributes.add(SearchAttributes.NAMES);
        return Optional.empty();
    }

    @Override
    public void close() {
        server.close();
    }
}

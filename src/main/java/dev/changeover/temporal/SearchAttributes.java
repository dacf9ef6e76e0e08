package dev.changeover.temporal;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The search attributes that upgrades carry, so that lists in Temporal's Web UI and CLI can be narrowed by them. */
public final class SearchAttributes {
    public static final List<String> NAMES =
            List.of("ProxyId", "InstanceId", "ProjectId", "UpgradePhase", "TargetVersion");

    private static final int DEADLINE_SECONDS = 10;

    private final OperatorServiceStubs operator;
    private final String namespace;

    SearchAttributes(WorkflowServiceStubs stubs, String namespace) {
        // The copied options carry TLS headers and API key; the channel is the one that is open already.
        this.operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder(stubs.getOptions())
                .setTarget(null)
                .setChannel(stubs.getRawChannel())
                .build());
        this.namespace = namespace;
    }

    /** Creates what is missing; in one sentence what an operator has to do where that is refused. */
    Optional<String> ensure() {
        var missing = missing();
        if (missing.isEmpty()) return mistyped();
        try {
            add(missing);
        } catch (StatusRuntimeException refusal) {
            if (isPassing(refusal.getStatus())) throw refusal;
            return Optional.of("Search attributes are missing in Temporal and could not be created ("
                    + refusal.getStatus().getDescription() + "); create them with: " + command(missing));
        }
        var stillMissing = missing();
        return stillMissing.isEmpty()
                ? mistyped()
                : Optional.of("Temporal is still creating the search attributes " + String.join(", ", stillMissing)
                        + "; should that last, create them with: " + command(stillMissing));
    }

    /** Those that are there already are left as they are. */
    void add(List<String> names) {
        var keywords = names.stream()
                .collect(Collectors.toMap(name -> name, name -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        try {
            operator.blockingStub()
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                            .setNamespace(namespace)
                            .putAllSearchAttributes(keywords)
                            .build());
        } catch (StatusRuntimeException refusal) {
            if (refusal.getStatus().getCode() != Status.Code.ALREADY_EXISTS) throw refusal;
        }
    }

    private List<String> missing() {
        var present = present().keySet();
        return NAMES.stream().filter(name -> !present.contains(name)).toList();
    }

    private Optional<String> mistyped() {
        var present = present();
        return NAMES.stream()
                .filter(name -> present.get(name) != IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .findFirst()
                .map(name -> "The search attribute " + name + " of namespace " + namespace + " is not of type Keyword;"
                        + " use another namespace, or replace it with: temporal operator search-attribute remove"
                        + " --namespace " + namespace + " --name " + name + " && " + command(List.of(name)));
    }

    private Map<String, IndexedValueType> present() {
        return operator.blockingStub()
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(namespace)
                        .build())
                .getCustomAttributesMap();
    }

    private String command(List<String> names) {
        return "temporal operator search-attribute create --namespace " + namespace + " "
                + names.stream()
                        .map(name -> "--name " + name + " --type Keyword")
                        .collect(Collectors.joining(" "));
    }

    /** Whether asking again may help by itself. */
    private static boolean isPassing(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, CANCELLED -> true;
            default -> false;
        };
    }
}

package dev.changeover.temporal;

import dev.changeover.host.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Why Temporal did not do something: what gRPC says, and not what the SDK wraps around it. */
public final class GrpcReason {
    private GrpcReason() {}

    /** {@code UNAVAILABLE, connection refused} where gRPC failed, else the failure's own words. */
    public static String of(Throwable failure) {
        return Stream.iterate(Optional.of(failure), Optional::isPresent, cause -> cause.map(Throwable::getCause))
                .flatMap(Optional::stream)
                .filter(StatusRuntimeException.class::isInstance)
                .map(StatusRuntimeException.class::cast)
                .findFirst()
                .map(grpc -> of(grpc.getStatus()))
                .orElseGet(() -> Reason.of(failure));
    }

    static String of(Status status) {
        var words = new StringJoiner(", ").add(status.getCode().name());
        if (status.getDescription() != null) words.add(status.getDescription());
        if (status.getCause() != null) words.add(Reason.of(status.getCause()));
        return words.toString();
    }
}

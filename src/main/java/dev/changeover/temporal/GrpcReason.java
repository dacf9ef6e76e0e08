package dev.changeover.temporal;

import dev.changeover.host.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why Temporal did not do something: what gRPC says, and not what the SDK wraps around it. */
public final class GrpcReason {
    private GrpcReason() {}

    /** {@code UNAVAILABLE, connection refused} where gRPC failed, else the failure's own words. */
    public static String of(Throwable failure) {
        return causes(failure)
                .filter(StatusRuntimeException.class::isInstance)
                .map(StatusRuntimeException.class::cast)
                .findFirst()
                .map(grpc -> of(grpc.getStatus()))
                .orElseGet(() -> Reason.of(failure));
    }

    static String of(Status status) {
        var words = new StringJoiner(", ").add(status.getCode().name());
        var refusal =
                causes(status.getCause()).filter(SSLException.class::isInstance).findFirst();
        if (refusal.isPresent()) return words.add(tls(refusal.get())).toString();
        if (status.getDescription() != null) words.add(status.getDescription());
        if (status.getCause() != null) words.add(Reason.of(status.getCause()));
        return words.toString();
    }

    /** What is around the innermost failure says no more than that there was a problem. */
    private static String tls(Throwable refusal) {
        var why = Reason.of(causes(refusal).reduce(refusal, (outer, cause) -> cause));
        if (why.contains("KEY_VALUES_MISMATCH")) return "TLS: our key is not that of our certificate";
        var isOfAStranger = causes(refusal)
                .anyMatch(it -> it instanceof CertPathBuilderException || it instanceof CertPathValidatorException);
        return (isOfAStranger ? "TLS: no authority that is trusted here vouches for its certificate: " : "TLS: ") + why;
    }

    private static Stream<Throwable> causes(@Nullable Throwable failure) {
        return Stream.iterate(Optional.ofNullable(failure), Optional::isPresent, it -> it.map(Throwable::getCause))
                .flatMap(Optional::stream);
    }
}

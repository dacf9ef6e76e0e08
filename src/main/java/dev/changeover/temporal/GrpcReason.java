package dev.changeover.temporal;

import dev.changeover.host.Reason;
import dev.changeover.value.Causes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.StringJoiner;
import javax.net.ssl.SSLException;

/** Why Temporal did not do something: what gRPC says, and not what the SDK wraps around it. */
public final class GrpcReason {
    private GrpcReason() {}

    /** {@code UNAVAILABLE, connection refused} where gRPC failed, else the failure's own words. */
    public static String of(Throwable failure) {
        return Causes.find(failure, StatusRuntimeException.class)
                .map(grpc -> of(grpc.getStatus()))
                .orElseGet(() -> Reason.of(failure));
    }

    static String of(Status status) {
        var words = new StringJoiner(", ").add(status.getCode().name());
        var refusal = Causes.find(status.getCause(), SSLException.class);
        if (refusal.isPresent()) return words.add(tls(refusal.get())).toString();
        if (status.getDescription() != null) words.add(status.getDescription());
        if (status.getCause() != null) words.add(Reason.of(status.getCause()));
        return words.toString();
    }

    /** What is around the innermost failure says no more than that there was a problem. */
    private static String tls(Throwable refusal) {
        var why = Reason.of(Causes.of(refusal).reduce(refusal, (outer, cause) -> cause));
        if (why.contains("KEY_VALUES_MISMATCH")) return "TLS: our key is not that of our certificate";
        var isOfAStranger = Causes.of(refusal)
                .anyMatch(it -> it instanceof CertPathBuilderException || it instanceof CertPathValidatorException);
        return (isOfAStranger ? "TLS: no authority that is trusted here vouches for its certificate: " : "TLS: ") + why;
    }
}

package dev.changeover.node.order;

import dev.changeover.node.NodeFault;
import dev.changeover.node.Permit;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With whom an agent is enrolled: read again whenever the file has changed. Safe for concurrent use. */
final class CurrentEnrolment {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentEnrolment.class);

    private final Path runDir;
    private Known known = new Known(Optional.empty(), Optional.empty());

    /** By the file as it was then. */
    private record Known(Optional<FileStamp> file, Optional<Enrolment> enrolment) {}

    CurrentEnrolment(Path runDir) {
        this.runDir = runDir;
    }

    /** @throws ApplicationFailure NOT_ENROLLED if nobody can tell */
    synchronized Optional<Enrolment> now() {
        try {
            var file = Enrolment.stamp(runDir);
            if (file.isEmpty() || !file.equals(known.file())) {
                known = new Known(file, Enrolment.of(runDir));
            }
            return known.enrolment();
        } catch (IOException torn) {
            throw NodeFault.NOT_ENROLLED.because(String.valueOf(torn.getMessage()));
        }
    }

    /**
     * Whether the order is signed as {@link Enrolment#ofSigner} says; a key that took the place of the one that this agent
     * goes by is the one it goes by from then on.
     *
     * @throws ApplicationFailure NO_ANSWER if that cannot be kept, NOT_ENROLLED if nobody can tell
     */
    synchronized boolean hasSigned(Permit permit, Instant at) {
        var before = now();
        try {
            var ofSigner = before.isEmpty() ? before : before.get().ofSigner(permit, runDir, at);
            if (ofSigner.isPresent() && !ofSigner.equals(before)) {
                LOG.info(
                        "this agent takes orders signed with key {} from now on, which took the place of {}",
                        ofSigner.get().fingerprint(),
                        before.map(Enrolment::fingerprint).orElseThrow());
            }
            return ofSigner.isPresent();
        } catch (IOException full) {
            throw NodeFault.NO_ANSWER.because("the control plane's next key cannot be kept: " + full.getMessage());
        }
    }

    /** Names its key; empty if there is none, or nobody can tell. */
    Optional<String> key() {
        try {
            return now().map(Enrolment::fingerprint);
        } catch (RuntimeException torn) {
            return Optional.empty();
        }
    }
}

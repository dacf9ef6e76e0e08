package dev.changeover.temporal;

import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.ClientConfigTLS;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What this process shows a Temporal that asks who calls. It is read once, so that a renewed one needs a new start.
 *
 * @param ends when it is no good any more
 */
record ClientCertificate(Instant ends) {
    private static final Duration AHEAD = Duration.ofDays(30);

    /** Empty where there is none, or none that can be read: who connects with it says so. */
    static Optional<ClientCertificate> of(ClientConfigProfile profile) {
        return Optional.ofNullable(profile.getTls())
                .flatMap(ClientCertificate::pem)
                .flatMap(ClientCertificate::read);
    }

    private static Optional<byte[]> pem(ClientConfigTLS tls) {
        if (tls.getClientCertPath() == null) return Optional.ofNullable(tls.getClientCertData());
        try {
            return Optional.of(Files.readAllBytes(Path.of(tls.getClientCertPath())));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<ClientCertificate> read(byte[] pem) {
        try {
            var first = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
            return first instanceof X509Certificate ours
                    ? Optional.of(new ClientCertificate(ours.getNotAfter().toInstant()))
                    : Optional.empty();
        } catch (CertificateException none) {
            return Optional.empty();
        }
    }

    /** What to do about its end, once that is near. */
    Optional<String> warning(Instant now) {
        return ends.isAfter(now.plus(AHEAD))
                ? Optional.empty()
                : Optional.of(("the certificate that this process shows Temporal is good until %s:"
                                + " renew it, and start this process again, which reads it at its start only")
                        .formatted(ends));
    }
}

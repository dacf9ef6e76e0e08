package dev.changeover.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The authority that vouches for the server's certificate: the one in the file that {@code --ca}, else
 * {@code CHANGEOVER_CA}, else {@code ca} in {@code changeover.toml} names; without any of them those that Java knows.
 */
public final class Authority {
    private Authority() {}

    /**
     * @param told by the command line; null if it said nothing
     * @throws UserFiles.Wrong if the file has no certificate
     */
    public static Optional<SSLContext> find(UserFiles files, @Nullable String told) {
        return Optional.ofNullable(told)
                .or(() -> files.variable("CHANGEOVER_CA"))
                .or(() -> files.configured("ca"))
                .map(file -> trusting(Path.of(file)));
    }

    private static SSLContext trusting(Path file) {
        try {
            var pem = new ByteArrayInputStream(Files.readAllBytes(file));
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new UserFiles.Wrong("%s has no certificate in PEM".formatted(file));
            }
            var known = KeyStore.getInstance("PKCS12");
            known.load(null, null);
            for (var certificate : certificates) {
                known.setCertificateEntry("ca" + known.size(), certificate);
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(known);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException unreadable) {
            throw new UserFiles.Wrong("%s cannot be read".formatted(file));
        } catch (GeneralSecurityException broken) {
            throw new UserFiles.Wrong("%s has no certificate in PEM: %s".formatted(file, broken.getMessage()));
        }
    }
}

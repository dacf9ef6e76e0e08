package dev.changeover.api.http;

import dev.changeover.value.WrongSetting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which files speak for the server, as it is configured: both or none. One alone, perhaps because of a slip in the other's
 * name, would look like TLS and be none, so the server does not start with it. An empty text names nothing.
 */
@Context
@ConfigurationProperties("changeover.tls")
record TlsFiles(@Nullable String certificate, @Nullable String key) {
    /** Of a property that names something. */
    static final String NAMED = "(?s).*\\S.*";

    TlsFiles {
        if (named(certificate).isPresent() && named(key).isEmpty()) {
            throw new WrongSetting("CHANGEOVER_TLS_CERTIFICATE needs its private key: name it in CHANGEOVER_TLS_KEY");
        }
        if (named(certificate).isEmpty() && named(key).isPresent()) {
            throw new WrongSetting("CHANGEOVER_TLS_KEY needs its certificate: name it in CHANGEOVER_TLS_CERTIFICATE");
        }
    }

    /** Empty: the server speaks in the clear. */
    Optional<ServerCertificate> both() {
        return named(certificate)
                .flatMap(first -> named(key).map(second -> new ServerCertificate(Path.of(first), Path.of(second))));
    }

    private static Optional<String> named(@Nullable String file) {
        return Optional.ofNullable(file).filter(name -> !name.isBlank());
    }
}

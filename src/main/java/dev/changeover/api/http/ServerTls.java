package dev.changeover.api.http;

import dev.changeover.value.WrongSetting;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.netty.ssl.ServerSslBuilder;
import io.micronaut.http.ssl.CertificateProvider;
import io.micronaut.http.ssl.ServerSslConfiguration;
import io.netty.handler.ssl.SslContext;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Speaks TLS 1.2 or newer, and nothing in the clear, where {@code CHANGEOVER_TLS_CERTIFICATE} and {@code CHANGEOVER_TLS_KEY}
 * name PEM files. A renewed certificate is taken up within a minute; one that is wrong is logged and the old one kept.
 */
@Singleton
@Named(ServerTls.NAME)
@Requires(property = "changeover.tls.certificate", pattern = TlsFiles.NAMED)
final class ServerTls implements ServerSslBuilder, CertificateProvider {
    static final String NAME = "changeover";
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final ServerSslConfiguration configuration;
    private final ServerCertificate files;
    private ServerCertificate.Loaded loaded;

    ServerTls(ServerSslConfiguration configuration, TlsFiles named) {
        this.configuration = configuration;
        this.files = named.both().orElseThrow();
        this.loaded = files.load();
        configuration.setEnabled(true);
        configuration.setKeyName(NAME);
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public ServerSslConfiguration getSslConfiguration() {
        return configuration;
    }

    /** The key store that this publishes is used instead. */
    @Override
    public Optional<SslContext> build() {
        return Optional.empty();
    }

    @Override
    public Publisher<KeyStore> getKeyStore() {
        return Flux.interval(BETWEEN_LOOKS)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.justOrEmpty(renewed()))
                .startWith(loaded.store());
    }

    private Optional<KeyStore> renewed() {
        try {
            var now = files.load();
            if (now.sameAs(loaded)) {
                return Optional.empty();
            }
            loaded = now;
            LOG.info("the renewed certificate {} is used from now on", files.certificate());
            return Optional.of(now.store());
        } catch (WrongSetting wrong) {
            LOG.warn("the certificate of before is kept: {}", wrong.getMessage());
            return Optional.empty();
        }
    }
}

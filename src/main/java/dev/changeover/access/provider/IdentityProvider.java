package dev.changeover.access.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.health.HealthStatus;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.changeover.access.Account;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the tokens of the operator's identity provider: JWTs that one of its public keys signed, for us, and not too
 * long ago. The keys are fetched when the first token comes, and anew when one names a key that is not known yet, but
 * at most twice in half a minute; what was fetched is good for an hour of the provider's silence. Blocks while it
 * fetches. Safe for concurrent use. A setting that is wrong stops the server's start.
 */
@Context
@Requires(beans = IdentityProviderSettings.class)
public final class IdentityProvider {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityProvider.class);

    /** Those with a public key: with any other the public key itself could be used to sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** Providers answer in milliseconds, or they are gone. */
    private static final Duration KEY_FETCH_TIMEOUT = Duration.ofSeconds(2);

    private static final int LARGEST_KEY_SET = 512 * 1024;
    private static final Duration OUTAGE = Duration.ofHours(1);

    private final IdentityProviderSettings settings;
    private final JWSKeySelector<SecurityContext> keySelector;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private volatile boolean reachable;

    IdentityProvider(IdentityProviderSettings settings, Clock clock) {
        this.settings = settings;
        this.keySelector = new JWSVerificationKeySelector<>(ALGORITHMS, keys());
        processor.setJWSKeySelector(keySelector);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null)); // the second is RFC 9068's
        processor.setJWTClaimsSetVerifier(new Verifier(settings, clock));
        if (settings.audience() == null) {
            LOG.warn("CHANGEOVER_IDENTITY_PROVIDER_AUDIENCE is not set: tokens for other programs are good here, too");
        }
    }

    /** Something of the provider's is needed and cannot be fetched. */
    public static final class Unavailable extends RuntimeException {
        Unavailable(String what, @Nullable String why) {
            super("the identity provider's %s cannot be fetched: %s".formatted(what, why), null, false, false);
        }
    }

    /** A good token of somebody who is nothing here. */
    public static final class NoRole extends RuntimeException {
        NoRole(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /**
     * The account of a token; empty if the token is not the provider's, or not valid now.
     *
     * @throws NoRole if it says nothing of a role, of a project or of a name
     * @throws Unavailable if nobody can tell now
     */
    public Optional<Account> account(String token) {
        try {
            return Optional.of(account(processor.process(token, null)));
        } catch (RateLimitReachedException unknownKey) {
            if (reachable) {
                return Optional.empty();
            }
            throw new Unavailable("keys", "they were asked for a moment ago");
        } catch (KeySourceException unreachable) {
            reachable = false;
            throw new Unavailable("keys", unreachable.getMessage());
        } catch (ParseException | BadJOSEException | JOSEException notGood) {
            LOG.debug("no token of the identity provider: {}", notGood.getMessage());
            return Optional.empty();
        }
    }

    /** Finds the key of a token that names one, and refuses what is not signed with a public key. */
    JWSKeySelector<SecurityContext> keySelector() {
        return keySelector;
    }

    /** @throws NoRole if they say nothing of a role, of a project or of a name */
    Account account(JWTClaimsSet claims) {
        var said = new ProviderClaims(claims);
        var name = said.text(settings.nameClaim())
                .or(() -> said.text("preferred_username"))
                .or(() -> said.text("sub"))
                .orElseThrow(() -> new NoRole("the identity provider's token names nobody"));
        var role = settings.role(said.words(settings.rolesClaim()))
                .orElseThrow(() ->
                        new NoRole("the identity provider's token of %s names no role of this server in its claim %s"
                                .formatted(name, settings.rolesClaim())));
        try {
            return new Account(Account.PROVIDED + name, role, new HashSet<>(said.words(settings.projectsClaim())));
        } catch (IllegalArgumentException wrong) {
            throw new NoRole("the identity provider's token of %s is not enough: %s; its claim %s names the projects"
                    .formatted(name, wrong.getMessage(), settings.projectsClaim()));
        }
    }

    private JWKSource<SecurityContext> keys() {
        try {
            var timeout = Math.toIntExact(KEY_FETCH_TIMEOUT.toMillis());
            return JWKSourceBuilder.create(
                            settings.jwksUrl().toURL(), new DefaultResourceRetriever(timeout, timeout, LARGEST_KEY_SET))
                    .outageTolerant(OUTAGE.toMillis())
                    .healthReporting(report -> reachable = report.getHealthStatus() == HealthStatus.HEALTHY)
                    .build();
        } catch (MalformedURLException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_IDENTITY_PROVIDER_JWKS_URL is no URL: " + settings.jwksUrl(), wrong);
        }
    }

    /** Our clock, so that tests can set it. */
    private static final class Verifier extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final transient Clock clock;

        Verifier(IdentityProviderSettings settings, Clock clock) {
            super(
                    audience(settings),
                    new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                    Set.of("exp"),
                    Set.of());
            this.clock = clock;
        }

        private static @Nullable Set<String> audience(IdentityProviderSettings settings) {
            var audience = settings.audience();
            return audience == null
                    ? null
                    : new HashSet<>(audience); // it asks for null, which Set.copyOf does not stand
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}

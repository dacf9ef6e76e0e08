package dev.changeover.access.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.changeover.access.AccessSettings;
import dev.changeover.access.KeyFile;
import dev.changeover.access.LogIn;
import dev.changeover.access.Throttle;
import dev.changeover.access.Tokens;
import dev.changeover.access.provider.LogInTickets.Ticket;
import dev.changeover.value.Network;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs people of the identity provider in by their browser: OpenID Connect's authorization code flow with PKCE.
 *
 * <ol>
 *   <li>{@link #begin}: the browser gets the provider's address, and a ticket: state, nonce, code verifier, the address
 *       to come back to and an end, encrypted under a key of the installation, so that any of its servers can finish.
 *   <li>The provider sends the browser back with a code and the state.
 *   <li>{@link #finish}: the state must be the ticket's; the code and the verifier are exchanged for an ID token, whose
 *       signature, issuer, audience, time and nonce are checked; its claims say who it is and what they may do.
 * </ol>
 *
 * The provider's addresses are asked for with the first log-in, and again after an hour. Blocks while the provider is
 * asked, for seconds at most. Safe for concurrent use.
 */
@Singleton
@Requires(beans = {IdentityProvider.class, ProviderLogInSettings.class})
public final class ProviderLogIn {
    /** For whatever the provider asks of somebody. */
    public static final Duration TIME = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ProviderLogIn.class);
    private static final Duration ADDRESSES_GOOD = Duration.ofHours(1);
    /** Providers answer in milliseconds, or they are gone. */
    private static final int ANSWER_MS = 5_000;

    private final IdentityProvider provider;
    private final IdentityProviderSettings settings;
    private final ProviderLogInSettings client;
    private final Tokens tokens;
    private final Duration lifetime;
    private final Clock clock;
    private final LogInTickets tickets;
    private final Throttle failures;
    private volatile @Nullable Addresses addresses;

    ProviderLogIn(
            IdentityProvider provider,
            IdentityProviderSettings settings,
            ProviderLogInSettings client,
            AccessSettings access,
            Tokens tokens,
            KeyFile keyFile,
            Clock clock) {
        this.provider = provider;
        this.settings = settings;
        this.client = client;
        this.tokens = tokens;
        this.lifetime = access.tokenLifetime();
        this.clock = clock;
        this.tickets = new LogInTickets(keyFile, clock);
        this.failures = new Throttle("failed log-ins from this address", LogIn.FREE_BY_ADDRESS, clock);
    }

    private record Addresses(OIDCProviderMetadata metadata, long untilMs) {}

    /**
     * A log-in that has begun.
     *
     * @param provider where the browser goes
     * @param ticket what it has to bring back; for nobody's eyes
     */
    public record Begun(URI provider, String ticket) {
        /** Without the ticket, wherever it may be written. */
        @Override
        public String toString() {
            return "log-in at " + provider.getHost();
        }
    }

    /** The provider let nobody in, or not for us. */
    public static final class Failed extends RuntimeException {
        Failed(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /** How people know the provider. */
    public String label() {
        return client.label();
    }

    /**
     * The first step.
     *
     * @param back the page that the provider sends the browser to
     * @throws IdentityProvider.Unavailable if the provider does not say where people log in
     */
    public Begun begin(URI back) {
        var state = new State();
        var nonce = new Nonce();
        var verifier = new CodeVerifier();
        var request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, Scope.parse(client.scope()), new ClientID(client.clientId()), back)
                .endpointURI(metadata().getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .build();
        var ticket = new Ticket(state.getValue(), nonce.getValue(), verifier.getValue(), back.toString());
        return new Begun(request.toURI(), tickets.seal(ticket, TIME));
    }

    /**
     * The last step.
     *
     * @param ticket of {@link #begin}; null if the browser brought none
     * @param address where the caller is
     * @throws Throttle.Throttled if too many from there failed
     * @throws Failed if it began elsewhere or too long ago, or if the provider does not stand by the code
     * @throws IdentityProvider.NoRole if that is somebody who is nothing here
     * @throws IdentityProvider.Unavailable if the provider cannot be asked
     */
    public LogIn.Done finish(String code, String state, @Nullable String ticket, String address) {
        var network = Network.of(address);
        failures.check(network);
        // Nobody can guess one: a page that was left open too long counts for nothing.
        var begun = tickets.open(ticket)
                .filter(it -> it.state().equals(state) && !code.isBlank())
                .orElseThrow(() -> new Failed("this log-in began in another browser, or too long ago: begin again"));
        try {
            return finish(code, begun);
        } catch (Failed failed) {
            failures.failed(network);
            throw failed;
        }
    }

    private LogIn.Done finish(String code, Ticket begun) {
        try {
            var idToken = idToken(code, begun);
            var claims = validator().validate(idToken, new Nonce(begun.nonce()));
            var account = provider.account(claims.toJWTClaimsSet());
            return new LogIn.Done(account, tokens.issue(account, lifetime));
        } catch (KeySourceException unreachable) {
            throw new IdentityProvider.Unavailable("keys", unreachable.getMessage());
        } catch (BadJOSEException | JOSEException | ParseException notGood) {
            LOG.warn("a log-in at {} failed: {}", client.label(), notGood.getMessage());
            throw new Failed("what %s says of this log-in is not good here; the server's log has the reason"
                    .formatted(client.label()));
        }
    }

    private JWT idToken(String code, Ticket begun) throws ParseException {
        var grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code), URI.create(begun.back()), new CodeVerifier(begun.verifier()));
        var id = new ClientID(client.clientId());
        var secret = client.clientSecret();
        var address = metadata().getTokenEndpointURI();
        var request = (secret == null
                        ? new TokenRequest.Builder(address, id, grant)
                        : new TokenRequest.Builder(address, new ClientSecretBasic(id, new Secret(secret)), grant))
                .build()
                .toHTTPRequest();
        request.setConnectTimeout(ANSWER_MS);
        request.setReadTimeout(ANSWER_MS);
        try {
            var response = OIDCTokenResponseParser.parse(request.send());
            if (!response.indicatesSuccess()) {
                var error = response.toErrorResponse().getErrorObject();
                LOG.warn("{} gives no token: {} {}", client.label(), error.getCode(), error.getDescription());
                throw new Failed("%s does not accept this log-in: %s".formatted(client.label(), error.getCode()));
            }
            return response.toSuccessResponse().getTokens().toOIDCTokens().getIDToken();
        } catch (IOException silence) {
            throw new IdentityProvider.Unavailable("token", silence.getMessage());
        }
    }

    private IDTokenValidator validator() {
        return new IDTokenValidator(
                new Issuer(settings.issuer()), new ClientID(client.clientId()), provider.keySelector(), null);
    }

    private OIDCProviderMetadata metadata() {
        var known = addresses;
        if (known != null && clock.millis() < known.untilMs) {
            return known.metadata;
        }
        try {
            var metadata = OIDCProviderMetadata.resolve(new Issuer(settings.issuer()), ANSWER_MS, ANSWER_MS);
            addresses = new Addresses(metadata, clock.millis() + ADDRESSES_GOOD.toMillis());
            return metadata;
        } catch (IOException | GeneralException silence) {
            LOG.warn("{} does not say where its people log in: {}", settings.issuer(), silence.getMessage());
            throw new IdentityProvider.Unavailable("configuration", silence.getMessage());
        }
    }
}

package dev.changeover.access.provider;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import org.jspecify.annotations.Nullable;

/**
 * This server as a client of the identity provider, where its people log in by the console; none without {@code client-id}.
 *
 * @param clientId as which the provider knows the server
 * @param clientSecret null for a client without one, which PKCE alone protects
 * @param scope what is asked for, with spaces between; {@code openid} must be in it
 * @param label how people know the provider: the button says <i>Log in with</i> it
 */
@ConfigurationProperties("changeover.identity-provider")
@Requires(property = "changeover.identity-provider.client-id")
public record ProviderLogInSettings(
        String clientId,
        @Nullable String clientSecret,
        @Bindable(defaultValue = "openid profile") String scope,
        @Bindable(defaultValue = "the identity provider") String label) {

    /** Without the secret, wherever it may be written. */
    @Override
    public String toString() {
        return clientId;
    }
}

package dev.changeover.access.provider;

import dev.changeover.access.Role;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider whose tokens are good here; none if there is no {@code jwks-url}.
 *
 * @param jwksUrl where its public keys are
 * @param issuer what its tokens must say in {@code iss}
 * @param audience one of these a token must say in {@code aud}; none if its tokens do not say it
 * @param rolesClaim which claim names the roles: a list, or words with spaces between; a dot goes into an object
 * @param projectsClaim which one names the ids of the projects, or {@code *}
 * @param nameClaim which one is the name for ledger and audit; null for preferred_username, else sub
 * @param viewerRoles the provider's words for a viewer
 * @param ownerRoles its words for an owner
 * @param operatorRoles its words for an operator
 */
@ConfigurationProperties("changeover.identity-provider")
@Requires(property = "changeover.identity-provider.jwks-url")
public record IdentityProviderSettings(
        URI jwksUrl,
        @Nullable String issuer,
        @Nullable List<String> audience,
        @Bindable(defaultValue = "roles") String rolesClaim,
        @Bindable(defaultValue = "projects") String projectsClaim,
        @Nullable String nameClaim,
        @Bindable(defaultValue = "viewer") List<String> viewerRoles,
        @Bindable(defaultValue = "owner") List<String> ownerRoles,
        @Bindable(defaultValue = "operator") List<String> operatorRoles) {

    public IdentityProviderSettings {
        if (issuer == null || issuer.isBlank()) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_IDENTITY_PROVIDER_ISSUER is not set, and must be what the provider's tokens say in iss");
        }
    }

    /** The role that the provider's words amount to: the highest. */
    Optional<Role> role(List<String> words) {
        if (words.stream().anyMatch(operatorRoles::contains)) {
            return Optional.of(Role.OPERATOR);
        }
        if (words.stream().anyMatch(ownerRoles::contains)) {
            return Optional.of(Role.OWNER);
        }
        return words.stream().anyMatch(viewerRoles::contains) ? Optional.of(Role.VIEWER) : Optional.empty();
    }
}

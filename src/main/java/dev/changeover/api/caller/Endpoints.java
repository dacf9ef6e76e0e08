package dev.changeover.api.caller;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.rules.SensitiveEndpointRule;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The figures name databases, addresses and how much there is of everything: they are for operators. */
@Singleton
@Replaces(SensitiveEndpointRule.class)
final class Endpoints extends SensitiveEndpointRule {
    private static final String PERMISSION = Permission.OPERATE_UPGRADES;

    Endpoints(EndpointSensitivityProcessor sensitivity) {
        super(sensitivity);
    }

    @Override
    protected Publisher<SecurityRuleResult> checkSensitiveAuthenticated(
            HttpRequest<?> request, Authentication authentication, ExecutableMethod<?, ?> method) {
        return isPermitted(authentication)
                ? Mono.just(SecurityRuleResult.ALLOWED)
                : Mono.error(ApiException.forbidden(authentication.getName(), PERMISSION));
    }

    static boolean isPermitted(Authentication authentication) {
        return authentication.getRoles().contains(PERMISSION);
    }
}

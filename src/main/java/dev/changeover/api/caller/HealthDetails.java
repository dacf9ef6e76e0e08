package dev.changeover.api.caller;

import dev.changeover.api.FilterOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.security.authentication.Authentication;

/**
 * Operators see the details of the server's health, with the names of what it depends on. Everybody else who asks for
 * its health is a stranger to it, so that they can see all the same whether it is well.
 */
@ServerFilter({"/health", "/health/**"})
@Order(FilterOrder.HEALTH_DETAILS)
final class HealthDetails {
    @RequestFilter
    void hide(HttpRequest<?> request) {
        if (!request.getUserPrincipal(Authentication.class)
                .filter(Endpoints::isPermitted)
                .isPresent()) {
            request.removeAttribute(HttpAttributes.PRINCIPAL, Object.class);
        }
    }
}

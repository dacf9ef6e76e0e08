package dev.changeover.api.errors;

import dev.changeover.api.ApiException;
import dev.changeover.api.ErrorBody;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import io.micronaut.web.router.RouteMatch;
import jakarta.inject.Singleton;

/** Unknown callers and those without permission get the published code; a person who wants a page, the log-in. */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
record AuthorizationErrors(Errors errors) implements ExceptionHandler<AuthorizationException, HttpResponse<ErrorBody>> {
    @Override
    @SuppressWarnings("rawtypes") // the interface has a raw HttpRequest
    public HttpResponse<ErrorBody> handle(HttpRequest request, AuthorizationException denied) {
        var who = denied.getAuthentication();
        var logIn = Pages.logIn(request);
        if (who == null && logIn != null) {
            return HttpResponse.seeOther(logIn);
        }
        return errors.handle(
                request,
                who == null
                        ? ApiException.unauthenticated("no or wrong credentials")
                        : ApiException.forbidden(who.getName(), needed(request)));
    }

    /** The permission that the route needs; empty for one that no permission opens. */
    private static String needed(HttpRequest<?> request) {
        return request.getAttribute(HttpAttributes.ROUTE_MATCH, RouteMatch.class)
                .map(route -> String.join(", ", route.getAnnotationMetadata().stringValues(Secured.class)))
                .orElse("");
    }
}

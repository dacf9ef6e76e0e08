package dev.changeover.api;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;

/** Who is not known or not permitted gets the published code. */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class Denials implements ExceptionHandler<AuthorizationException, HttpResponse<ErrorBody>> {
    private final Errors errors;

    Denials(Errors errors) {
        this.errors = errors;
    }

    @Override
    @SuppressWarnings("rawtypes") // the interface has a raw HttpRequest
    public HttpResponse<ErrorBody> handle(HttpRequest request, AuthorizationException denied) {
        var who = denied.getAuthentication();
        return errors.handle(
                request,
                who == null ? Refusal.unauthenticated("no or wrong credentials") : Refusal.forbidden(who.getName()));
    }
}

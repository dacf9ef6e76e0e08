package dev.changeover.api.caller;

import dev.changeover.api.http.FilterOrder;
import dev.changeover.api.http.Refusal;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.web.router.RouteMatch;
import java.util.Optional;

/**
 * What belongs to a project that the caller does not see answers as if it did not exist (REQUIREMENTS S18): one place for
 * every route with a project in its path.
 */
@ServerFilter("/v3/**")
@Order(FilterOrder.AFTER_SECURITY)
final class OtherProjects {
    @RequestFilter
    void hide(HttpRequest<?> request) {
        request.getAttribute(HttpAttributes.ROUTE_MATCH, RouteMatch.class).ifPresent(route -> {
            var project = route.getVariableValues().get("project_id");
            var who = request.getUserPrincipal(Authentication.class);
            if (project != null
                    && who.isPresent()
                    && !Caller.of(request, who.get()).sees(project.toString())) {
                throw job(request, route)
                        .map(Refusal::noSuchJob)
                        .orElseGet(() -> Refusal.notFound("project", project.toString()));
            }
        });
    }

    private static Optional<String> job(HttpRequest<?> request, RouteMatch<?> route) {
        return Optional.ofNullable(route.getVariableValues().get("job_id"))
                .map(Object::toString)
                .or(() -> request.getPath().endsWith("/jobs")
                        ? request.getParameters().getFirst("id")
                        : Optional.empty());
    }
}

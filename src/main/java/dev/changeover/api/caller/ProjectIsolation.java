package dev.changeover.api.caller;

import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.web.router.RouteMatch;
import java.util.Optional;

/**
 * Things of a project that the caller does not see answer as if they did not exist (REQUIREMENTS S18): one place for
 * every route with a project in its path. The audit trail has who asked.
 */
@ServerFilter("/v3/**")
@Order(FilterOrder.PROJECT_ISOLATION)
public final class ProjectIsolation {
    private static final String ATTRIBUTE = "changeover.other-project";
    private static final String HEADER = "X-Project-Id";

    ProjectIsolation() {}

    /** Whether a call asked for what belongs to a project that its caller does not see. */
    public static boolean areAskedFor(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE).isPresent();
    }

    /**
     * Whether the caller of the request that this thread answers sees what it asked for, which is of this project.
     *
     * @throws java.util.NoSuchElementException on a thread that answers none
     */
    public static boolean shows(String projectId) {
        return shows(ServerRequestContext.currentRequest().orElseThrow(), projectId);
    }

    private static boolean shows(HttpRequest<?> request, String projectId) {
        var shown = request.getUserPrincipal(Authentication.class)
                .map(who -> Caller.of(request, who))
                .filter(caller -> caller.sees(projectId))
                .isPresent();
        if (!shown) {
            request.setAttribute(ATTRIBUTE, true);
        }
        return shown;
    }

    @RequestFilter
    void hide(HttpRequest<?> request) {
        request.getAttribute(HttpAttributes.ROUTE_MATCH, RouteMatch.class).ifPresent(route -> {
            var project = route.getVariableValues().get("project_id");
            if (project != null && request.getUserPrincipal().isPresent() && !shows(request, project.toString())) {
                throw job(request, route)
                        .map(ApiException::noSuchJob)
                        .orElseGet(() -> ApiException.notFound("project", project.toString()));
            }
            if (project != null && namesAnother(request, project.toString())) {
                throw ApiException.badParameter(HEADER, "the project of the path is needed, " + project);
            }
        });
    }

    /** The published clients send the same in both; below {@code /projects} the path names what is asked about. */
    private static boolean namesAnother(HttpRequest<?> request, String project) {
        return request.getAttribute(SignedCalls.SIGNATURE).isPresent()
                && !request.getPath().contains("/v3/projects/")
                && request.getHeaders().getAll(HEADER).stream().anyMatch(named -> !named.equals(project));
    }

    private static Optional<String> job(HttpRequest<?> request, RouteMatch<?> route) {
        return Optional.ofNullable(route.getVariableValues().get("job_id"))
                .map(Object::toString)
                .or(() -> request.getPath().endsWith("/jobs")
                        ? request.getParameters().getFirst("id")
                        : Optional.empty());
    }
}
